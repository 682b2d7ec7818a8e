package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.schema.DatabaseSockets;

/** The way to the database: beyond this host it is encrypted. */
final class WayCheck {

    private final AgentConfig.MysqlSection mysql;

    WayCheck(AgentConfig.MysqlSection mysql) {
        this.mysql = mysql;
    }

    void examine(CheckReport report) {
        if (mysql.socket() == null
                && mysql.tls() == AgentConfig.TlsMode.OFF
                && !DatabaseSockets.isThisHost(mysql.host())) {
            report.problem(
                    CheckName.MYSQL,
                    "mysql.host",
                    "everything goes to " + mysql.host()
                            + " as plain text, and to any machine that answers in its place",
                    "tls = \"verify\" and ca_file in [mysql]");
        }
    }
}
