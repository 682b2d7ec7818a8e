package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxNameRules;
import dev.postern.model.RecipientDelimiter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Names of active mailboxes that the programs read differently, or to which no mail can come. */
final class NamesCheck {

    /** Reported one by one; the rest as a number. */
    private static final int MAX_NAMED = 5;

    private final DatabaseSession database;
    private final String name;
    private final RecipientDelimiter delimiter;

    NamesCheck(DatabaseSession database, String name, RecipientDelimiter delimiter) {
        this.database = database;
        this.name = name;
        this.delimiter = delimiter;
    }

    void examine(CheckReport report) throws SQLException {
        MailboxNameRules rules = new MailboxNameRules(delimiter);
        List<Map<String, String>> rows = database.query(
                "SELECT email FROM user WHERE active = 'Y' AND email NOT REGEXP ? ORDER BY email", rules.pattern());
        for (Map<String, String> row : rows.subList(0, Math.min(MAX_NAMED, rows.size()))) {
            String email = row.getOrDefault("email", "");
            report.problem(CheckName.NAMES, name + ".user", email + " " + problem(rules, email), mend(rows.size()));
        }
    }

    /** Capitals alone are not a problem: the programs read the column in lower case. */
    private static String problem(MailboxNameRules rules, String email) {
        MailAddress address = MailAddress.parse(email);
        String problem = rules.problem(address == null ? email : address.value());
        return problem == null ? "is read differently by each program" : problem;
    }

    private static String mend(int rows) {
        String more = rows > MAX_NAMED ? " (" + rows + " rows)" : "";
        return "another name for each" + more + ": postfix/README.md, Addresses";
    }
}
