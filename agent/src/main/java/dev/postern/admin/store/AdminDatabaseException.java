package dev.postern.admin.store;

import dev.postern.config.PrintableText;
import dev.postern.model.FailureText;
import dev.postern.schema.JdbcClient;
import java.sql.SQLException;

/** The database could not make a change; nothing was changed. The message is one line and holds no password. */
public final class AdminDatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_MESSAGE = 500;

    /** What the administrator can do about it. */
    public enum FailureKind {
        /** Repeat the command later. */
        AWAY,
        /** Fix the configuration, the account or the schema. */
        UNFIT,
        /** See the message. */
        OTHER
    }

    private final FailureKind kind;

    private AdminDatabaseException(FailureKind kind, String message, Throwable cause) {
        super(PrintableText.of(message.replaceAll("\\R", " "), MAX_MESSAGE), cause);
        this.kind = kind;
    }

    /** Returns what can be done about it. */
    public FailureKind kind() {
        return kind;
    }

    /**
     * In words for the administrator.
     *
     * @param account whose connection it was
     */
    static AdminDatabaseException of(SQLException e, String account) {
        if (JdbcClient.asksForPassword(e)) {
            return new AdminDatabaseException(
                    FailureKind.UNFIT,
                    "the database does not let " + account
                            + " in: it asks for the password itself, perhaps because that of"
                            + " [web] mysql_password_file is wrong; but that goes over a Unix socket or TLS"
                            + " alone: see socket, tls and server_public_key_file of [mysql]",
                    e);
        }
        return switch (e.getErrorCode()) {
            case 1044, 1045, 1698, 3118, 4151 ->
                new AdminDatabaseException(
                        FailureKind.UNFIT,
                        "the database does not let " + account + " in: apply schema/grants.sql, then ALTER USER '"
                                + account + "'@'localhost' IDENTIFIED BY '…' ACCOUNT UNLOCK, with the password in the"
                                + " file of [web] mysql_password_file",
                        e);
            case 1142, 1143, 1227 ->
                new AdminDatabaseException(
                        FailureKind.UNFIT,
                        account + " lacks a right: apply schema/grants.sql (" + FailureText.of(e) + ")",
                        e);
            case 1049, 1054, 1146 ->
                new AdminDatabaseException(
                        FailureKind.UNFIT,
                        "the database is not there or older than this command: postern migrate, then"
                                + " schema/grants.sql (" + FailureText.of(e) + ")",
                        e);
            case 1205, 1213 ->
                new AdminDatabaseException(FailureKind.AWAY, "another session changes the same rows: try again", e);
            case 1290, 1792, 1836 ->
                new AdminDatabaseException(
                        FailureKind.AWAY, "the database is read-only (a replica?): [mysql] must name the primary", e);
            default -> ofOther(e);
        };
    }

    private static AdminDatabaseException ofOther(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("08")
                ? new AdminDatabaseException(FailureKind.AWAY, "the database does not answer: " + FailureText.of(e), e)
                : new AdminDatabaseException(
                        FailureKind.OTHER,
                        "the database refuses a statement: " + FailureText.of(e) + " (error " + e.getErrorCode() + ")",
                        e);
    }
}
