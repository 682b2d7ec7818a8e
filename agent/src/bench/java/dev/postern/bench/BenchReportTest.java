package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the report holds what was measured. */
class BenchReportTest {

    private static final ReportRow LESS = ReportRow.ratio(
            ReportTopic.DICT,
            "commits, \"pipelined\"",
            "somebody's server, at <its> best",
            Comparison.of("/s", new double[] {30_000, 20_000, 31_000}, new double[] {3_000, 2_500, 3_050}),
            BenchGoal.atLeast(10.5),
            "the disk");

    private static final ReportRow PLAIN = ReportRow.value(
            ReportTopic.START, "memory", "MiB", MedianRange.of(110.123, 98, 130), BenchGoal.atMost(120), "the heap");

    @Test
    void ratiosAreThoseOfEachRound() {
        assertThat(LESS.figure()).isEqualTo(10);
        assertThat(LESS.min()).isEqualTo(8);
        assertThat(LESS.max()).isEqualTo(10.2);
        assertThat(LESS.said()).isEqualTo("10.0 (8.00–10.2)");
        assertThat(LESS.ours()).isEqualTo("30,000/s");
        assertThat(LESS.verdict()).isEqualTo("missed");
        assertThat(PLAIN.said()).isEqualTo("110 MiB (98.0–130)");
        assertThat(PLAIN.verdict()).isEqualTo("reached");
    }

    @Test
    void aRowIsReplacedByItsLikeAndTheOrderIsTheTopics(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("bench/figures.csv");
        BenchReport.add(file, PLAIN);
        BenchReport.add(file, LESS);
        ReportRow again = ReportRow.value(ReportTopic.START, "memory", "MiB", MedianRange.of(1), BenchGoal.none(), "");
        BenchReport.add(file, again);
        assertThat(BenchReport.read(file)).containsExactly(LESS, again);
    }

    @Test
    void tableIsMarkdown() {
        assertThat(BenchReport.table(List.of(LESS)).lines())
                .hasSize(3)
                .last()
                .isEqualTo("| commits, \"pipelined\" | 30,000/s | somebody's server, at <its> best | 3,000/s"
                        + " | 10.0 (8.00–10.2)  | ≥ 10.5 | missed | the disk   |");
    }

    @Test
    void sameRowsAreTheSameDrawing(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("figures.csv");
        Path drawing = directory.resolve("figures.svg");
        BenchReport.add(file, LESS);
        BenchReport.main(new String[] {file.toString(), drawing.toString()});
        assertThat(Files.readString(drawing))
                .isEqualTo(ReportChart.of(List.of(LESS, PLAIN)))
                .contains("beside somebody's server, at &lt;its&gt; best", "goal ≥ 10.5, missed")
                .doesNotContain("memory");
    }
}
