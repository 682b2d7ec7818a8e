package dev.postern.schema;

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

    static MigrationException of(SQLException e) {
        if (JdbcClient.asksForPassword(e)) {
            return new MigrationException(
                    "the database does not let the administrator in: check --admin-user and --admin-password-file; it asks"
                            + " for the password itself, which goes over a Unix socket or TLS alone: see socket, tls and"
                            + " server_public_key_file of [mysql]",
                    e);
        }
        return new MigrationException(
                switch (e.getErrorCode()) {
                    case 1045, 1698 ->
                        "the database does not let the administrator in: check --admin-user and"
                                + " --admin-password-file";
                    case 1049 -> "there is no such database: create it first (CREATE DATABASE … CHARACTER SET utf8mb4)";
                    case 1044, 1142, 1143 -> "the administrator's account may not do this: " + FailureText.of(e);
                    default -> "the database cannot be reached: " + FailureText.of(e);
                },
                e);
    }

    static MigrationException of(FlywayException e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return new MigrationException("migration failed: " + cause.getMessage(), e);
    }
}
