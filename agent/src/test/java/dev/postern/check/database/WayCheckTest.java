package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WayCheckTest {

    @Test
    void plainTextBeyondThisHostIsAFinding() {
        assertThat(findings("192.0.2.7", null, AgentConfig.TlsMode.OFF))
                .singleElement()
                .hasToString(
                        "mysql.host: everything goes to 192.0.2.7 as plain text, and to any machine that answers in its"
                                + " place; tls = \"verify\" and ca_file in [mysql]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.53", "::1", "localhost"})
    void onThisHostItIsNone(String host) {
        assertThat(findings(host, null, AgentConfig.TlsMode.OFF)).isEmpty();
    }

    @Test
    void norIsAnEncryptedWayOrAUnixSocket() {
        assertThat(findings("192.0.2.7", null, AgentConfig.TlsMode.VERIFY)).isEmpty();
        assertThat(findings("192.0.2.7", Path.of("/run/mysqld/mysqld.sock"), AgentConfig.TlsMode.OFF))
                .isEmpty();
    }

    private static List<Finding> findings(String host, @Nullable Path socket, AgentConfig.TlsMode tls) {
        CheckReport report = new CheckReport();
        new WayCheck(new AgentConfig.MysqlSection(host, 3306, socket, "mail", "postern", null, tls, null))
                .examine(report);
        return report.findings();
    }
}
