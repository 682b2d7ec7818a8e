package dev.postern.check.database;

import dev.postern.config.AgentConfig;
import dev.postern.model.FailureText;
import dev.postern.schema.DatabaseSockets;
import dev.postern.schema.JdbcClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/** Why a database refuses or does not answer an account, and the line that fixes it. */
public record ConnectFailure(String problem, String fix) {

    public static ConnectFailure of(SQLException e, AgentConfig.MysqlSection where) {
        if (JdbcClient.asksForPassword(e)) {
            return new ConnectFailure(
                    "the server does not let " + where.user() + " in: wrong password? It asks for the password itself",
                    "socket, tls = \"verify\" or server_public_key_file in [mysql]: plain TCP does not carry a"
                            + " password");
        }
        return switch (e.getErrorCode()) {
            case 1045, 1698 ->
                new ConnectFailure(
                        "the server does not let " + where.user() + " in: wrong password?",
                        "ALTER USER '" + where.user() + "'@'localhost' IDENTIFIED BY '…', and the same into its file");
            case 3118, 4151 ->
                new ConnectFailure(
                        "the account " + where.user() + " is locked",
                        "ALTER USER '" + where.user() + "'@'localhost' IDENTIFIED BY '…' ACCOUNT UNLOCK");
            case 1044 ->
                new ConnectFailure("the account " + where.user() + " may not use it", "mariadb < schema/grants.sql");
            case 1049 ->
                new ConnectFailure(
                        "the database does not exist",
                        "CREATE DATABASE `" + where.database() + "` CHARACTER SET utf8mb4, then postern migrate");
            case 1047 ->
                new ConnectFailure(
                        "the server is a Galera node that is not ready: " + FailureText.of(e),
                        "name a node of the primary component in [mysql]");
            default -> unknown(e, where);
        };
    }

    private static ConnectFailure unknown(SQLException e, AgentConfig.MysqlSection where) {
        return e.getSQLState() != null && !isUnreachable(e)
                ? new ConnectFailure(
                        "the server refuses a statement of this check: " + FailureText.of(e),
                        "report this line to the project, with the server's version")
                : new ConnectFailure(
                        "no answer from " + place(where) + ": " + FailureText.of(e),
                        listener(where)
                                .map(socket -> "socket = \"" + socket + "\" in [mysql], where a server listens")
                                .orElse("systemctl start mariadb, or name another in [mysql]"));
    }

    /** Whether the server has not answered at all. */
    static boolean isUnreachable(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("08");
    }

    /** Another socket of a server on this host. */
    public static Optional<Path> listener(AgentConfig.MysqlSection where) {
        return DatabaseSockets.insteadOf(where).stream().findFirst();
    }

    private static String place(AgentConfig.MysqlSection where) {
        return where.socket() == null
                ? where.host() + ":" + where.port()
                : where.socket().toString();
    }
}
