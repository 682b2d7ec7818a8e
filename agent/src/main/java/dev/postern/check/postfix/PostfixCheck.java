package dev.postern.check.postfix;

import dev.postern.check.database.OtherAccountsCheck;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.host.UnixAccounts;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Everything about the Postfix of this host. */
public final class PostfixCheck {

    private final AgentConfig config;
    private final ProgramRunner programs;
    private final UnixAccounts accounts;
    private final List<String> mailboxes;
    private final int longestList;
    private final OtherAccountsCheck others;

    /**
     * Looks at nothing yet.
     *
     * @param mailboxes to compare answers about; none when the agent gives none
     * @param longestList subscribers of one address
     * @param others to which Postfix's accounts on the database are added, and which are looked at then
     */
    public PostfixCheck(
            AgentConfig config,
            ProgramRunner programs,
            UnixAccounts accounts,
            List<String> mailboxes,
            int longestList,
            OtherAccountsCheck others) {
        this.config = config;
        this.programs = programs;
        this.accounts = accounts;
        this.mailboxes = mailboxes;
        this.longestList = longestList;
        this.others = others;
    }

    public void examine(CheckReport report) {
        PostfixConfig postfix = PostfixConfig.of(programs);
        if (postfix == null) {
            report.unchecked(CheckName.RELAY, "postconf is not installed here");
            return;
        }
        Set<RestrictionLookup.RestrictionKind> asked = EnumSet.noneOf(RestrictionLookup.RestrictionKind.class);
        for (PostfixConfig.SmtpdService smtpd : postfix.smtpds()) {
            PostfixConfig.LISTS.forEach(name ->
                    report.attempt(CheckName.QUOTA, false, () -> asked.addAll(list(report, postfix, smtpd, name))));
        }
        report.attempt(CheckName.RELAY, () -> mynetworks(report, postfix));
        if ((config.socketmap() != null || config.policy() != null)
                && !asked.contains(RestrictionLookup.RestrictionKind.QUOTA)) {
            report.problem(
                    CheckName.QUOTA,
                    "Postfix",
                    "does not ask whether a mailbox is full",
                    "postern_quota_check after reject_unlisted_recipient in smtpd_recipient_restrictions:"
                            + " postfix/main.cf");
        }
        if ((config.socketmap() != null || config.policy() != null)
                && !asked.contains(RestrictionLookup.RestrictionKind.LOGIN)) {
            report.problem(
                    CheckName.RELAY,
                    "Postfix",
                    "does not ask for recent logins: no login opens the relay",
                    "postern_login_check after permit_auth_destination in smtpd_relay_restrictions: postfix/main.cf");
        }
        AddressesCheck addresses = new AddressesCheck(postfix, config.address().recipientDelimiter(), report);
        report.attempt(CheckName.QUOTA, () -> addresses.examine(longestList));
        report.attempt(CheckName.TABLES, () -> new TablesCheck(postfix, programs, others, addresses, report).examine());
    }

    /** What is asked in a list. */
    private Set<RestrictionLookup.RestrictionKind> list(
            CheckReport report, PostfixConfig postfix, PostfixConfig.SmtpdService smtpd, String name) {
        Set<RestrictionLookup.RestrictionKind> asked = EnumSet.noneOf(RestrictionLookup.RestrictionKind.class);
        List<String> list = ConfigWords.of(postfix.parameter(smtpd, name));
        for (int at = 0; at < list.size(); at++) {
            RestrictionLookup question = RestrictionLookup.at(list, at);
            if (question != null) {
                asked.add(question.kind());
                new PlacementCheck(postfix, report).examine(smtpd, name, list, question);
                if (new ReachCheck(config, postfix, accounts, report).examine(smtpd, question)) {
                    new AnswersCheck(config, postfix, programs, mailboxes, report).examine(question, list.get(at + 1));
                }
            }
        }
        return asked;
    }

    /** There any answer at all is a yes, and it also takes a client out of every limit. */
    private static void mynetworks(CheckReport report, PostfixConfig postfix) {
        RestrictionLookup question = RestrictionLookup.table(0, postfix.parameter("mynetworks"));
        if (question != null) {
            report.problem(
                    CheckName.RELAY,
                    "Postfix's mynetworks",
                    "asks " + question.kind().words + ": any answer makes a client one of its own",
                    "postern_login_check in smtpd_relay_restrictions, and no table in mynetworks");
        }
    }
}
