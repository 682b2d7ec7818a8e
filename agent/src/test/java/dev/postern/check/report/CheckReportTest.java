package dev.postern.check.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckReportTest {

    @Test
    void aCheckThatFailsIsAFindingAndTheOthersStand() {
        CheckReport report = new CheckReport();
        report.attempt(CheckName.COLUMNS, () -> report.problem(CheckName.COLUMNS, "user", "is short", "widen it"));
        report.attempt(CheckName.GRANTS, () -> {
            throw new StringIndexOutOfBoundsException("Index 7\r\nout of bounds");
        });
        report.attempt(CheckName.INDEXES, () -> report.problem(CheckName.INDEXES, "user", "has none", "add one"));
        assertThat(report.findings())
                .extracting(Finding::check)
                .containsExactly(CheckName.COLUMNS, CheckName.GRANTS, CheckName.INDEXES);
        assertThat(report.findings().get(1).toString())
                .startsWith("postern check: cannot finish what it checks of \"grants\", by a bug:")
                .contains("StringIndexOutOfBoundsException", "out of bounds", " at ")
                .doesNotContainPattern("[\\r\\n]");
    }

    @Test
    void aFailureThatExhaustsTheStackGivesTheOtherResult() {
        CheckReport report = new CheckReport();
        assertThat(report.attempt(CheckName.MYSQL, "otherwise", () -> {
                    throw new StackOverflowError();
                }))
                .isEqualTo("otherwise");
        assertThat(report.findings()).hasSize(1);
        assertThat(report.attempt(CheckName.MYSQL, "otherwise", () -> "result")).isEqualTo("result");
        assertThat(report.findings()).hasSize(1);
    }
}
