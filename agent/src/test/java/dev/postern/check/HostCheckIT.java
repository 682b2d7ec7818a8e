package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files, database and the running agent of a real installation, broken one at a time; and a login seen through. */
@ExtendWith(DatabaseExtension.class)
class HostCheckIT {

    private static Installation host;

    @BeforeAll
    static void start(TestDatabase database, @TempDir Path directory) {
        if (database.socket() == null) {
            RealServers.missing("Dovecot's shipped configuration needs the database's socket");
        }
        host = Installation.start(
                directory, database, DovecotVersion.V2_3, "90-postern.conf", "91-postern-scripts.conf");
        database.execute(
                "INSERT INTO user (email, active) VALUES ('alice@example.org', 'Y'), ('gone@example.org', 'N')");
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> eachBreakageHasItsFinding() {
        Path directory = host.directory();
        return Stream.of(
                        InjectedFault.of(
                                "chmod 0666 " + directory + "/postern.toml",
                                "chmod 0640 " + directory + "/postern.toml",
                                "DIR/postern.toml: can be written by every account; chmod 0640 DIR/postern.toml"),
                        InjectedFault.of(
                                "chmod 0644 " + directory + "/mysql.password",
                                "chmod 0640 " + directory + "/mysql.password",
                                "DIR/postern.toml: mysql.password_file: \"DIR/mysql.password\" can be read by"
                                        + " every account; chmod"
                                        + " o= DIR/mysql.password"),
                        InjectedFault.of(
                                "chgrp root " + directory + "/mysql.password",
                                "chgrp postern " + directory + "/mysql.password",
                                "DIR/postern.toml: mysql.password_file: \"DIR/mysql.password\" cannot be read"
                                        + " by postern; chgrp"
                                        + " postern DIR/mysql.password && chmod 0640 DIR/mysql.password"),
                        InjectedFault.of(
                                "chown root " + directory + "/journal",
                                "chown postern " + directory + "/journal",
                                "DIR/postern.toml: journal.directory: \"DIR/journal\" cannot be written and"
                                        + " read by postern;"
                                        + " chown postern DIR/journal"),
                        InjectedFault.of(
                                "chmod 0755 " + directory + "/journal",
                                "chmod 0700 " + directory + "/journal",
                                "DIR/postern.toml: journal.directory: \"DIR/journal\" is open to every account;"
                                        + " chmod 0700"),
                        InjectedFault.of(
                                "chmod 0777 /var/spool/postern",
                                "chmod 3730 /var/spool/postern",
                                "DIR/postern.toml: events.spool: \"/var/spool/postern\" lets every account"
                                        + " report logins; chmod"
                                        + " 3730 /var/spool/postern"),
                        InjectedFault.ofConfig(
                                "[journal]",
                                "[relay]\nexclude_mynetworks = \"/none\"\n[journal]",
                                "DIR/postern.toml: relay.exclude_mynetworks: \"/none\" cannot be known:"),
                        InjectedFault.ofConfig(
                                directory + "/tokens",
                                "/none",
                                "DIR/postern.toml: http.tokens_file: \"/none\" does not exist; install -m 0640"
                                        + " -g postern"),
                        new InjectedFault(
                                "too few rights",
                                broken -> broken.database()
                                        .execute("REVOKE SELECT (max_bytes) ON user FROM 'postern'@'localhost'"),
                                broken -> {
                                    broken.database()
                                            .execute("GRANT SELECT (max_bytes) ON user TO 'postern'@'localhost'");
                                    // Whose patience with the database is not this test's.
                                    broken.restartAgent();
                                },
                                "'postern'@'localhost': may not SELECT (`max_bytes`) on"),
                        InjectedFault.ofConfig(
                                "/quota-over.sock",
                                "/new.sock",
                                "the agent: does not listen at /run/postern/new.sock, as warning.over has it;"
                                        + " systemctl restart"
                                        + " postern"),
                        new InjectedFault(
                                "stopped",
                                Installation::stopAgent,
                                Installation::startAgent,
                                "the agent: is not running: no listener at /run/postern/events.sock; systemctl start"
                                        + " postern"),
                        new InjectedFault(
                                "frozen",
                                broken -> broken.agent().freeze(),
                                broken -> broken.agent().thaw(),
                                "/run/postern/events.sock: does not answer: no answer in time; systemctl"
                                        + " restart postern"))
                .map(breakage -> DynamicTest.dynamicTest(breakage.toString(), () -> breakage.assertFoundAlone(host)));
    }

    @Test
    void aLoginIsSeenThroughAndNoOther() {
        assertThat(host.check()).isEmpty();
        assertThat(lastip("alice@example.org")).isNull();
        assertThat(host.check("--mailbox", "alice@example.org")).isEmpty();
        assertThat(lastip("alice@example.org")).isEqualTo("192.0.2.1");
        assertThat(host.check("--mailbox", "nobody@example.org"))
                .containsExactly("nobody@example.org: is not a mailbox of the table; --mailbox with another one");
        assertThat(host.check("--mailbox", "gone@example.org"))
                .containsExactly("gone@example.org: is not active, and opens no relay; --mailbox with another one");
        host.database().execute("UPDATE user SET lastip = NULL, lasttime = NULL");
    }

    @Test
    void aLoginThatDoesNotGetThroughIsFound() {
        InjectedFault.ofDatabase(
                        "CREATE TRIGGER lost BEFORE UPDATE ON user FOR EACH ROW SET NEW.lastip = OLD.lastip",
                        "DROP TRIGGER lost",
                        "alice@example.org: its login was taken and is not in the table after 10 s;")
                .assertFoundAlone(host, "--mailbox", "alice@example.org");
    }

    @Test
    void scriptsAreToldTheSame() throws Exception {
        host.beside("chmod 0600 /run/postern/events.sock");
        try {
            CheckProcess.CheckResult result = host.run("--format", "json");
            JsonNode finding = new ObjectMapper().readTree(result.out()).at("/findings/0");
            assertThat(result.exit()).isEqualTo(1);
            assertThat(finding.get("check").asText()).isEqualTo("sockets");
            assertThat(finding.get("where").asText()).isEqualTo("/run/postern/events.sock");
            assertThat(finding.get("mend").asText()).startsWith("mode = \"0660\"");
        } finally {
            host.beside("chmod 0660 /run/postern/events.sock");
        }
    }

    private static Object lastip(String email) {
        return host.database()
                .query("SELECT lastip FROM user WHERE email = ?", email)
                .get(0)
                .get("lastip");
    }
}
