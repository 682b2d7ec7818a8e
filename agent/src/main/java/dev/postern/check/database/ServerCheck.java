package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What kind of server it is, and whether it takes writes: a replica, a node of a cluster, one behind a proxy. */
final class ServerCheck {

    /** In the order in which they are named; each keeps all or most accounts from writing. */
    private static final List<String> READ_ONLY =
            List.of("super_read_only", "read_only", "innodb_read_only", "transaction_read_only", "tx_read_only");

    private final AgentConfig.MysqlSection mysql;

    ServerCheck(AgentConfig.MysqlSection mysql) {
        this.mysql = mysql;
    }

    /** Whether anything else can be asked of it. */
    boolean examine(CheckReport report, DatabaseSession database) throws SQLException {
        // SHOW alone: a node that has lost its cluster answers nothing else.
        Map<String, String> server = new HashMap<>();
        for (String show : new String[] {"VARIABLES", "STATUS"}) {
            database.query("SHOW GLOBAL " + show
                            + " WHERE Variable_name LIKE '%read_only' OR Variable_name LIKE 'wsrep_%'"
                            + " OR Variable_name IN ('port', 'Slave_running', 'Slaves_running', 'Com_replica_start',"
                            + " 'Com_replica_stop', 'server_uuid', 'gtid_executed', 'group_replication_group_name')")
                    .forEach(row -> server.put(row.getOrDefault("variable_name", ""), row.getOrDefault("value", "")));
        }
        return examine(report, server);
    }

    /**
     * Judges what the server has answered.
     *
     * @param server variables and status by name
     */
    boolean examine(CheckReport report, Map<String, String> server) {
        forwarded(report, server);
        boolean galera = isOn(server, "wsrep_on");
        if (galera && !isOn(server, "wsrep_ready")) {
            report.problem(
                    CheckName.MYSQL,
                    mysql.database(),
                    "the server is a Galera node that is not ready: "
                            + server.getOrDefault("wsrep_local_state_comment", "") + ", of a component that is "
                            + server.getOrDefault("wsrep_cluster_status", ""),
                    "name a node of the primary component in [mysql]");
            return false;
        }
        String kind = kind(server, galera);
        for (String variable : READ_ONLY) {
            if (isOn(server, variable)) {
                readOnly(report, variable, kind);
                return false;
            }
        }
        if (!kind.isEmpty()) {
            report.note(CheckName.MYSQL, mysql.database() + ": the server is " + kind);
        }
        return true;
    }

    private void readOnly(CheckReport report, String variable, String kind) {
        report.problem(
                CheckName.MYSQL,
                mysql.database(),
                "the server is read-only (" + variable + "): " + (kind.isEmpty() ? "a replica?" : kind),
                variable.equals("innodb_read_only") || !kind.isEmpty()
                        ? "name the primary in [mysql]"
                        : "name the primary in [mysql], or SET GLOBAL " + variable + " = 0");
    }

    private static String kind(Map<String, String> server, boolean galera) {
        if (galera) {
            return "a Galera node (" + server.getOrDefault("wsrep_local_state_comment", "") + ", one of "
                    + server.getOrDefault("wsrep_cluster_size", "") + ")";
        }
        if (!server.getOrDefault("group_replication_group_name", "").isEmpty()) {
            return "a member of a replication group";
        }
        if (isOn(server, "Slave_running") || isOn(server, "Slaves_running") || isStarted(server)) {
            return "a replica: what is written here is not on its primary";
        }
        return hasOthersTransactions(server)
                ? "a replica, or one that was: it has transactions of other servers (gtid_executed)"
                : "";
    }

    /** MySQL from 8.4 shows accounts like this one nothing else of a replica that has been started while it ran. */
    private static boolean isStarted(Map<String, String> server) {
        return count(server, "Com_replica_start") > count(server, "Com_replica_stop");
    }

    private static long count(Map<String, String> server, String variable) {
        String value = server.getOrDefault(variable, "");
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    /** Of the sets in MySQL's list each begins with the server that a transaction was first made on. */
    private static boolean hasOthersTransactions(Map<String, String> server) {
        String own = server.getOrDefault("server_uuid", "");
        return Arrays.stream(server.getOrDefault("gtid_executed", "").split(",", -1))
                .map(set -> set.strip().replaceFirst(":.*", ""))
                .anyMatch(uuid -> uuid.length() == own.length() && !uuid.isEmpty() && !uuid.equalsIgnoreCase(own));
    }

    /** The server's own port is not the one that leads to it. */
    private void forwarded(CheckReport report, Map<String, String> server) {
        String port = server.getOrDefault("port", "");
        if (mysql.socket() == null && !port.isEmpty() && !port.equals(Integer.toString(mysql.port()))) {
            report.note(
                    CheckName.MYSQL,
                    mysql.host() + ":" + mysql.port() + ": a proxy or a forwarded port: the server's own is " + port);
        }
    }

    private static boolean isOn(Map<String, String> server, String variable) {
        String value = server.getOrDefault(variable, "OFF");
        return !value.isEmpty() && !value.equals("OFF") && !value.equals("0");
    }
}
