package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** The way to the database: beyond this host it is encrypted. */
final class WayCheck {

    private final AgentConfig.MysqlSection mysql;

    WayCheck(AgentConfig.MysqlSection mysql) {
        this.mysql = mysql;
    }

    void examine(CheckReport report) {
        if (mysql.socket() == null && mysql.tls() == AgentConfig.TlsMode.OFF && !isThisHost(mysql.host())) {
            report.problem(
                    CheckName.MYSQL,
                    "mysql.host",
                    "everything goes to " + mysql.host()
                            + " as plain text, and to any machine that answers in its place",
                    "tls = \"verify\" and ca_file in [mysql]");
        }
    }

    private static boolean isThisHost(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException noneThere) {
            // Which is reported when the connection fails.
            return true;
        }
    }
}
