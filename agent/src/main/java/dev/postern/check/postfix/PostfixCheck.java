package dev.postern.check.postfix;

import dev.postern.check.database.OtherAccounts;
import dev.postern.check.host.Accounts;
import dev.postern.check.host.Programs;
import dev.postern.check.report.Check;
import dev.postern.check.report.Report;
import dev.postern.config.AgentConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Everything about the Postfix of this host. */
public final class PostfixCheck {

    private final AgentConfig config;
    private final Programs programs;
    private final Accounts accounts;
    private final List<String> mailboxes;
    private final OtherAccounts others;

    /**
     * Looks at nothing yet.
     *
     * @param mailboxes to compare answers about; none when the agent gives none
     * @param others to which Postfix's accounts on the database are added, and which are looked at then
     */
    public PostfixCheck(
            AgentConfig config, Programs programs, Accounts accounts, List<String> mailboxes, OtherAccounts others) {
        this.config = config;
        this.programs = programs;
        this.accounts = accounts;
        this.mailboxes = mailboxes;
        this.others = others;
    }

    public void examine(Report report) {
        Postfix postfix = Postfix.of(programs);
        if (postfix == null) {
            report.unchecked(Check.RELAY, "there is no postconf here");
            return;
        }
        Set<Question.Kind> asked = EnumSet.noneOf(Question.Kind.class);
        for (Postfix.Smtpd smtpd : postfix.smtpds()) {
            Postfix.LISTS.forEach(name -> asked.addAll(list(report, postfix, smtpd, name)));
        }
        mynetworks(report, postfix);
        if ((config.socketmap() != null || config.policy() != null) && !asked.contains(Question.Kind.QUOTA)) {
            report.problem(
                    Check.QUOTA,
                    "Postfix",
                    "asks nobody whether a mailbox is full",
                    "postern_quota_check after reject_unlisted_recipient in smtpd_recipient_restrictions: postfix/main.cf");
        }
        new TablesCheck(postfix, programs, others, report).examine();
    }

    /** What is asked in a list. */
    private Set<Question.Kind> list(Report report, Postfix postfix, Postfix.Smtpd smtpd, String name) {
        Set<Question.Kind> asked = EnumSet.noneOf(Question.Kind.class);
        List<String> list = Words.of(postfix.parameter(smtpd, name));
        for (int at = 0; at < list.size(); at++) {
            Question question = Question.at(list, at);
            if (question != null) {
                asked.add(question.kind());
                new PlacesCheck(postfix, report).examine(smtpd, name, list, question);
                if (new ReachCheck(config, postfix, accounts, report).examine(smtpd, question)) {
                    new AnswersCheck(config, postfix, programs, mailboxes, report).examine(question, list.get(at + 1));
                }
            }
        }
        return asked;
    }

    /** There any answer at all is a yes, and it also takes a client out of every limit. */
    private static void mynetworks(Report report, Postfix postfix) {
        Question question = Question.table(0, postfix.parameter("mynetworks"));
        if (question != null) {
            report.problem(
                    Check.RELAY,
                    "Postfix's mynetworks",
                    "asks " + question.kind().words + ": any answer makes a client one of its own",
                    "postern_login_check in smtpd_relay_restrictions, and no table in mynetworks");
        }
    }
}
