package dev.postern.check.database;

import dev.postern.config.AgentConfig;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Mailboxes to ask about: one that is over quota, and one that is not. */
public final class SampleMailboxes {

    private SampleMailboxes() {}

    /** Those there are; none when the database does not say. */
    public static List<String> of(AgentConfig.MysqlSection mysql, String password) {
        List<String> mailboxes = new ArrayList<>();
        try (DatabaseSession database = DatabaseSession.open(mysql, mysql.user(), password)) {
            for (int over = 0; over <= 1; over++) {
                String email =
                        database.value("SELECT email FROM user WHERE over_quota = ? AND active = 'Y' LIMIT 1", over);
                if (!email.isEmpty()) {
                    mailboxes.add(email);
                }
            }
        } catch (SQLException toldElsewhere) {
            return List.of();
        }
        return mailboxes;
    }
}
