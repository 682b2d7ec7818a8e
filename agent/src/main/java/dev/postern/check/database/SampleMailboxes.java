package dev.postern.check.database;

import dev.postern.config.AgentConfig;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Mailboxes to ask about: one that is over quota, and one that is not. */
public final class SampleMailboxes {

    private SampleMailboxes() {}

    /** Returns how many subscribers the longest list of incoming mail has; 0 when the database does not answer. */
    public static int longestList(AgentConfig.MysqlSection mysql, String password) {
        try (DatabaseSession database = DatabaseSession.open(mysql, mysql.user(), password)) {
            String most = database.value("SELECT COUNT(*) AS n FROM subscription WHERE direction = 'I' GROUP BY email"
                    + " ORDER BY n DESC LIMIT 1");
            return most.isEmpty() ? 0 : Integer.parseInt(most);
        } catch (SQLException | NumberFormatException reportedElsewhere) {
            return 0;
        }
    }

    /** Those that exist; none when the database does not answer. */
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
