package dev.postern.bench;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How soon an event has its effect while 5,000 come in a second, whether the ones before have been answered or not. */
@ExtendWith(DatabaseExtension.class)
class FreshnessBench {

    private static final int MAILBOXES = 10_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private final Map<ObservedEffect, List<Measurement>> outcomes = new EnumMap<>(ObservedEffect.class);
    private final List<Double> resident = new ArrayList<>();

    @Test
    void effects(TestDatabase database, @TempDir Path directory) throws Exception {
        BenchMailboxes.in(database, MAILBOXES);
        AgentConfigFile files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [journal]
                directory = "%s"

                # So many logins in a minute would be more windows than there may be.
                [relay]
                window = "10s"
                """.formatted(
                        Files.createDirectory(directory.resolve("journal"))));
        try (BenchAgent agent = BenchAgent.start("freshness", files.file());
                PacedLoad paced = new PacedLoad(files, database, MAILBOXES)) {
            for (int round = -1; round < ROUNDS; round++) {
                Map<ObservedEffect, Measurement> seen = paced.run();
                if (round >= 0) {
                    seen.forEach((effect, outcome) -> outcomes.computeIfAbsent(effect, key -> new ArrayList<>())
                            .add(outcome));
                    resident.add(agent.residentMebibytes());
                }
            }
        }
        report();
    }

    private void report() throws Exception {
        RoundsTable table = new RoundsTable(
                "an event's effect at " + PacedLoad.RATE + " events/s", List.of(ObservedEffect.ANSWERED.text()));
        outcomes.forEach((effect, all) -> table.row(effect.text(), all));
        table.print();
        for (ObservedEffect effect : outcomes.keySet()) {
            String what = "from an event to: " + effect.text() + ", at 5,000 events/s, ";
            BenchReport.add(ReportRow.value(
                    ReportTopic.FRESHNESS,
                    what + "median",
                    "ms",
                    millis(table, effect, Measurement::median),
                    BenchGoal.none(),
                    effect.bound()));
            BenchReport.add(ReportRow.value(
                    ReportTopic.FRESHNESS,
                    what + "p99",
                    "ms",
                    millis(table, effect, Measurement::p99),
                    effect.goal(),
                    effect.bound()));
        }
        BenchReport.add(ReportRow.value(
                ReportTopic.START,
                "resident memory while 5,000 events/s come in",
                "MiB",
                MedianRange.of(
                        resident.stream().mapToDouble(Double::doubleValue).toArray()),
                BenchGoal.atMost(120),
                "Java itself, half of it; rows cached for lookups"));
    }

    private static MedianRange millis(RoundsTable table, ObservedEffect effect, ToDoubleFunction<Measurement> figure) {
        return MedianRange.of(table.rounds(effect.text(), outcome -> figure.applyAsDouble(outcome) / 1e3));
    }
}
