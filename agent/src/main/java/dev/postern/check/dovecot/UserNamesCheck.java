package dev.postern.check.dovecot;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.model.RecipientDelimiter;

/** Checks that Dovecot knows every user that Postfix delivers to. */
final class UserNamesCheck {

    private static final String CHARACTERS = "auth_username_chars";
    private static final String DELIMITER = "recipient_delimiter";

    private final DovecotConfig dovecot;
    private final RecipientDelimiter delimiter;
    private final CheckReport report;

    UserNamesCheck(DovecotConfig dovecot, RecipientDelimiter delimiter, CheckReport report) {
        this.dovecot = dovecot;
        this.delimiter = delimiter;
        this.report = report;
    }

    void examine() {
        // 2.4 prints what has been set, and without it the default holds: letters, digits and .-_@.
        if (!dovecot.settings().value(CHARACTERS).isEmpty()
                || !dovecot.settings().values().containsKey(CHARACTERS)) {
            report.problem(
                    CheckName.NAMES,
                    "Dovecot's " + CHARACTERS,
                    "refuses names of mailboxes that Postfix takes mail for, which is bounced",
                    "auth_username_chars = (nothing behind it) in " + file());
        }
        String own = dovecot.settings().values().getOrDefault(DELIMITER, "+");
        if (own.chars().anyMatch(c -> delimiter.characters().indexOf(c) < 0)
                || delimiter.characters().chars().anyMatch(c -> own.indexOf(c) < 0)) {
            report.problem(
                    CheckName.NAMES,
                    "Dovecot's " + DELIMITER,
                    "is \"" + own + "\", and the agent has \"" + delimiter.characters() + "\"",
                    DELIMITER + " = " + delimiter.characters() + " in " + file() + ", then doveadm reload");
        }
    }

    private static String file() {
        return "/etc/dovecot/conf.d/90-postern.conf";
    }
}
