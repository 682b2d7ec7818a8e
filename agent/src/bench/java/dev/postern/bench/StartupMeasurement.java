package dev.postern.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts of the launcher, each until the agent reports ready, and its memory a while later. */
final class StartupMeasurement {

    /** Until Java has compiled what there was to compile. */
    private static final long REST_MILLIS = 3_000;

    private final BenchHost host;
    private final String how;
    private final String options;
    private final List<Double> millis = new ArrayList<>();
    private final List<Double> mebibytes = new ArrayList<>();

    StartupMeasurement(BenchHost host, String how, String options) {
        this.host = host;
        this.how = how;
        this.options = options;
    }

    void once(boolean counted) throws InterruptedException {
        long begin = System.nanoTime();
        try (BenchAgent agent = BenchAgent.start("start", host.files().file(), options)) {
            double taken = (System.nanoTime() - begin) / 1e6;
            Thread.sleep(REST_MILLIS);
            if (counted) {
                millis.add(taken);
                mebibytes.add(agent.residentMebibytes());
            }
            agent.process().stop();
        }
    }

    void report(BenchGoal soon, BenchGoal small) throws IOException {
        String where = ", " + host.name() + ", " + how;
        BenchReport.add(ReportRow.value(
                ReportTopic.START,
                "start to ready" + where,
                "ms",
                spread(millis),
                soon,
                "loading and first running classes"));
        BenchReport.add(ReportRow.value(
                ReportTopic.START,
                "resident memory at rest" + where,
                "MiB",
                spread(mebibytes),
                small,
                "Java itself: its library and classes"));
    }

    private static MedianRange spread(List<Double> figures) {
        return MedianRange.of(figures.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
