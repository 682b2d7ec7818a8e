package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever a server shows as an account's rights, the check ends, and each finding has its fix. */
class GrantSetFuzzTest {

    @FuzzTest
    void anyLinesAreComparedToTheEnd(byte[] shown) {
        List<String> lines = new String(shown, StandardCharsets.UTF_8).lines().toList();
        String account = lines.isEmpty() ? "" : lines.get(0);
        CheckReport report = new CheckReport();
        AccountRights rights = AccountRights.of("postern@localhost", lines);
        new GrantsCheck("postern@localhost", rights, GrantSet.shipped("postern", "mail")).examine(report);
        new GrantsCheck(account, AccountRights.of(account, lines), GrantSet.shipped("dovecot", account))
                .examine(report);
        assertThat(report.findings())
                .extracting(Finding::fix)
                .allMatch(fix -> fix.startsWith("GRANT ") || fix.startsWith("REVOKE "));
    }
}
