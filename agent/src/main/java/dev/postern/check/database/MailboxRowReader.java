package dev.postern.check.database;

import dev.postern.config.AgentConfig;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Watches a mailbox's row. What the database does not answer is empty. */
public final class MailboxRowReader implements AutoCloseable {

    private final DatabaseSession database;
    private final String email;

    private MailboxRowReader(DatabaseSession database, String email) {
        this.database = database;
        this.email = email;
    }

    /** Null when the database does not let the account in. */
    public static @Nullable MailboxRowReader open(AgentConfig.MysqlSection mysql, String password, String email) {
        try {
            return new MailboxRowReader(DatabaseSession.open(mysql, mysql.user(), password), email);
        } catch (SQLException toldElsewhere) {
            return null;
        }
    }

    public String active() {
        return value("SELECT IF(active = 'Y', 'Y', 'N') FROM user WHERE email = ?");
    }

    public String lastip() {
        return value("SELECT lastip FROM user WHERE email = ?");
    }

    private String value(String sql) {
        try {
            return database.value(sql, email);
        } catch (SQLException unknown) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            database.close();
        } catch (SQLException gone) {
            throw new IllegalStateException(gone);
        }
    }
}
