package dev.postern.schema;

import dev.postern.config.AgentConfig;
import dev.postern.model.FailureText;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;

/** A database could not be migrated; the message is for the administrator and holds no password. */
public final class MigrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MigrationException(String message) {
        super(message);
    }

    private MigrationException(String message, Throwable cause) {
        super(message, cause);
    }

    static MigrationException of(SQLException e, AgentConfig.MysqlSection where) {
        if (JdbcClient.asksForPassword(e)) {
            return new MigrationException(
                    "the database does not let the administrator in: check --admin-user and"
                            + " --admin-password-file; it asks"
                            + " for the password itself, which goes over a Unix socket or TLS alone: see"
                            + " socket, tls and"
                            + " server_public_key_file of [mysql]",
                    e);
        }
        return new MigrationException(sentence(e, where), e);
    }

    /**
     * Statements that have been made before the one that failed stay; each file leaves them out when it is repeated.
     */
    static MigrationException of(FlywayException e, AgentConfig.MysqlSection where) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return new MigrationException(
                (cause instanceof SQLException refused
                                ? sentence(refused, where)
                                : "the migration failed: " + FailureText.of(cause))
                        + "; no row is lost, and postern migrate can be repeated once that is fixed",
                e);
    }

    private static String sentence(SQLException e, AgentConfig.MysqlSection where) {
        return switch (e.getErrorCode()) {
            case 1045, 1698 ->
                "the database does not let the administrator in: check --admin-user and --admin-password-file;"
                        + " where the server knows root by the Unix socket alone, "
                        + (where.socket() == null ? "set [mysql] " + socket(where) + " in place of host and " : "")
                        + "run this as root";
            case 1049 -> "the database does not exist: create it first (CREATE DATABASE … CHARACTER SET utf8mb4)";
            case 1044, 1142, 1143, 1227 -> "the administrator's account may not do this: " + FailureText.of(e);
            case 1062 -> "two rows would have the same key: " + FailureText.of(e);
            case 1071, 1709 ->
                "an index is too long for the table (is innodb_page_size less than 16k?): " + FailureText.of(e);
            case 1021, 1030, 1114, 3675 -> "is the disk full? " + FailureText.of(e);
            case 1205 ->
                "another session uses the table: stop Postfix, Dovecot and the agent, or see SHOW FULL PROCESSLIST";
            case 1290, 1792, 1836 -> "the server is read-only (a replica?): name the primary in [mysql]";
            default ->
                e.getSQLState() != null && e.getSQLState().startsWith("08")
                        ? "the database cannot be reached: " + FailureText.of(e)
                                + (DatabaseSockets.insteadOf(where).isEmpty()
                                        ? ""
                                        : "; a server listens elsewhere: [mysql] " + socket(where))
                        : "the database refuses a statement: " + FailureText.of(e) + " (error " + e.getErrorCode()
                                + ")";
        };
    }

    private static String socket(AgentConfig.MysqlSection where) {
        return DatabaseSockets.insteadOf(where).stream()
                .findFirst()
                .map(found -> "socket = \"" + found + "\"")
                .orElse("socket");
    }
}
