package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What SHOW GLOBAL VARIABLES and STATUS answer on servers that a test cannot have cheaply. */
class ServerCheckTest {

    private final CheckReport report = new CheckReport();

    @Test
    void anOrdinaryServerGetsNoWord() {
        assertThat(examine(Map.of("port", "3306", "read_only", "OFF", "wsrep_on", "OFF", "Slave_running", "OFF")))
                .isTrue();
        assertThat(report.findings()).isEmpty();
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void aReplicaThatTakesWritesIsNoted() {
        assertThat(examine(Map.of("read_only", "OFF", "Slave_running", "ON"))).isTrue();
        assertThat(report.findings()).isEmpty();
        assertNote("mysql: mail: the server is a replica: what is written here is not on its primary");
    }

    @Test
    void aReplicaOfMariaDbWithNamedSourcesIsNoted() {
        assertThat(examine(Map.of("Slave_running", "OFF", "Slaves_running", "1")))
                .isTrue();
        assertNote("mysql: mail: the server is a replica: what is written here is not on its primary");
    }

    /** As 9.7.4 shows it to an account without REPLICATION CLIENT. */
    @Test
    void aReplicaOfMySqlIsNotedByWhatItShowsToEveryAccount() {
        assertThat(examine(Map.of("Com_replica_start", "2", "Com_replica_stop", "1")))
                .isTrue();
        assertNote("mysql: mail: the server is a replica: what is written here is not on its primary");
    }

    @Test
    void transactionsOfAnotherServerAreNoted() {
        String own = "6bd3826d-ed4b-11f1-8aee-02fc00000001";
        assertThat(examine(Map.of("server_uuid", own, "gtid_executed", own + ":1-4")))
                .isTrue();
        assertThat(report.notes()).isEmpty();
        assertThat(examine(Map.of(
                        "server_uuid",
                        own,
                        "gtid_executed",
                        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5,\n" + own + ":1-4",
                        "Com_replica_start",
                        "1",
                        "Com_replica_stop",
                        "1")))
                .isTrue();
        assertNote("mysql: mail: the server is a replica, or one that was: it has transactions of other servers"
                + " (gtid_executed)");
    }

    @Test
    void aReplicaThatIsReadOnlyIsAFinding() {
        assertThat(examine(Map.of("read_only", "ON", "Slave_running", "ON"))).isFalse();
        assertFinding("mail: the server is read-only (read_only): a replica: what is written here is not on its"
                + " primary; name the primary in [mysql]");
    }

    @Test
    void aReaderWithoutAWritableStorageIsAFinding() {
        assertThat(examine(Map.of("innodb_read_only", "ON"))).isFalse();
        assertFinding("mail: the server is read-only (innodb_read_only): a replica?; name the primary in [mysql]");
    }

    @Test
    void aMemberOfAGroupIsNotedAndItsSecondaryIsAFinding() {
        String group = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
        assertThat(examine(Map.of("group_replication_group_name", group, "super_read_only", "OFF")))
                .isTrue();
        assertNote("mysql: mail: the server is a member of a replication group");
        assertThat(examine(Map.of("group_replication_group_name", group, "super_read_only", "ON", "read_only", "ON")))
                .isFalse();
        assertFinding("mail: the server is read-only (super_read_only): a member of a replication group;"
                + " name the primary in [mysql]");
    }

    @Test
    void aGaleraNodeIsNoted() {
        assertThat(examine(Map.of(
                        "wsrep_on", "ON",
                        "wsrep_ready", "ON",
                        "wsrep_local_state_comment", "Synced",
                        "wsrep_cluster_size", "3",
                        "wsrep_cluster_status", "Primary")))
                .isTrue();
        assertThat(report.findings()).isEmpty();
        assertNote("mysql: mail: the server is a Galera node (Synced, one of 3)");
    }

    @Test
    void aGaleraNodeOutsideThePrimaryComponentIsAFinding() {
        assertThat(examine(Map.of(
                        "wsrep_on", "ON",
                        "wsrep_ready", "OFF",
                        "wsrep_local_state_comment", "Initialized",
                        "wsrep_cluster_status", "non-Primary")))
                .isFalse();
        assertFinding("mail: the server is a Galera node that is not ready: Initialized, of a component that is"
                + " non-Primary; name a node of the primary component in [mysql]");
    }

    @Test
    void aProxyIsNotedByThePortBehindIt() {
        assertThat(examine(Map.of("port", "3307"))).isTrue();
        assertThat(report.findings()).isEmpty();
        assertNote("mysql: 192.0.2.7:3306: a proxy or a forwarded port: the server's own is 3307");
    }

    @Test
    void aUnixSocketHasNoPortThatCouldDiffer() {
        assertThat(check(Path.of("/run/mysqld/mysqld.sock")).examine(report, Map.of("port", "3307")))
                .isTrue();
        assertThat(report.notes()).isEmpty();
    }

    private boolean examine(Map<String, String> server) {
        return check(null).examine(report, server);
    }

    private static ServerCheck check(@Nullable Path socket) {
        return new ServerCheck(new AgentConfig.MysqlSection(
                "192.0.2.7", 3306, socket, "mail", "postern", null, AgentConfig.TlsMode.OFF, null));
    }

    private void assertFinding(String text) {
        assertThat(report.findings()).singleElement().hasToString(text);
    }

    private void assertNote(String text) {
        assertThat(report.notes()).singleElement().hasToString(text);
    }
}
