package dev.postern.check.postfix;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.model.RecipientDelimiter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Postfix reads addresses as Dovecot, the tables and the agent do, and follows every list to its end. */
final class AddressesCheck {

    private static final int DEFAULT_LIMIT = 1000;

    /** Where a map cuts an extension off: {@code [+][^@]*@}; and what mailbox.cf does not find: {@code [^ -~]|[:+]}. */
    private static final List<Pattern> CLASSES =
            List.of(Pattern.compile("\\[([^\\]]+)]\\[\\^@]\\*@"), Pattern.compile("\\[\\^ -~]\\|\\[:([^\\]]*)]"));

    private final PostfixConfig postfix;
    private final RecipientDelimiter delimiter;
    private final CheckReport report;

    AddressesCheck(PostfixConfig postfix, RecipientDelimiter delimiter, CheckReport report) {
        this.postfix = postfix;
        this.delimiter = delimiter;
        this.report = report;
    }

    /**
     * Looks at the parameters.
     *
     * @param longestList subscribers of one address
     */
    void examine(int longestList) {
        if (postfix.parameter("smtputf8_enable").equals("yes")) {
            report.problem(
                    CheckName.NAMES,
                    "Postfix's smtputf8_enable",
                    "takes mail that needs SMTPUTF8, which Dovecot's LMTP does not offer: it is bounced",
                    "smtputf8_enable = no in main.cf");
        }
        String own = postfix.parameter("recipient_delimiter");
        if (!characters(own).equals(characters(delimiter.characters()))) {
            report.problem(
                    CheckName.NAMES,
                    "Postfix's recipient_delimiter",
                    "is \"" + own + "\", and the agent has \"" + delimiter.characters() + "\"",
                    "[address] recipient_delimiter = \"" + own + "\", then systemctl restart postern");
        }
        int limit = number(postfix.parameter("virtual_alias_expansion_limit"));
        if (longestList > limit) {
            report.problem(
                    CheckName.NAMES,
                    "Postfix's virtual_alias_expansion_limit",
                    "is " + limit + ", and a list has " + longestList + " subscribers: mail to it is deferred for ever",
                    "virtual_alias_expansion_limit = 100000 in main.cf");
        }
    }

    /** The maps cut extensions off where Postfix does. */
    void examine(TableFile file) {
        Set<Integer> expected = characters(postfix.parameter("recipient_delimiter"));
        for (Pattern characters : CLASSES) {
            Matcher found = characters.matcher(file.setting("query"));
            if (found.find() && !characters(found.group(1)).equals(expected)) {
                report.problem(
                        CheckName.NAMES,
                        "Postfix's " + file.path(),
                        "has the delimiters \"" + found.group(1) + "\", and recipient_delimiter is \""
                                + postfix.parameter("recipient_delimiter") + "\"",
                        "the sed line of postfix/README.md under recipient_delimiter");
            }
        }
    }

    private static Set<Integer> characters(String text) {
        Set<Integer> characters = new TreeSet<>();
        text.chars().forEach(characters::add);
        return characters;
    }

    private static int number(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : DEFAULT_LIMIT;
    }
}
