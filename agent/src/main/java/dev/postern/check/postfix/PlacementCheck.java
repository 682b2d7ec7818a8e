package dev.postern.check.postfix;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Each question stands where it is asked when it should be, and where its answer opens nothing. */
final class PlacementCheck {

    private static final Set<String> ENDS =
            Set.of("permit", "reject", "defer", "reject_unauth_destination", "defer_unauth_destination");
    private static final Set<String> SUBMISSION = Set.of("submission", "submissions", "smtps", "587", "465");
    private static final Set<String> PERMITS = Set.of("ok", "permit", "relay");

    private final PostfixConfig postfix;
    private final CheckReport report;

    PlacementCheck(PostfixConfig postfix, CheckReport report) {
        this.postfix = postfix;
        this.report = report;
    }

    /**
     * Looks at one.
     *
     * @param name of the list
     * @param list in words
     */
    void examine(PostfixConfig.SmtpdService smtpd, String name, List<String> list, RestrictionLookup question) {
        switch (question.kind()) {
            case LOGIN -> login(smtpd, name, list, question);
            case QUOTA -> quota(smtpd, name, list, question);
            case SIZE -> size(smtpd, name);
        }
        if (question.attributes() != null) {
            policy(smtpd, name, question);
        }
    }

    private void login(PostfixConfig.SmtpdService smtpd, String name, List<String> list, RestrictionLookup question) {
        if (!name.equals("smtpd_relay_restrictions")) {
            misplaced(
                    CheckName.RELAY,
                    smtpd,
                    name,
                    RestrictionLookup.RestrictionKind.LOGIN,
                    "its OK skips all that follows there",
                    "in smtpd_relay_restrictions, between permit_auth_destination and reject_unauth_destination");
        } else if (isSubmission(smtpd)) {
            report.problem(
                    CheckName.RELAY,
                    "Postfix's " + smtpd.name(),
                    "lets in every client that shares an address with a login: it is for clients that log in there",
                    "postconf -P '" + smtpd.name()
                            + "/smtpd_relay_restrictions=permit_sasl_authenticated,reject' && postfix reload");
        } else if (isAfterTheEnd(list, question)) {
            report.problem(
                    CheckName.RELAY,
                    where(smtpd, name),
                    "asks " + question.kind().words + " after every client has been refused",
                    "postern_login_check before reject_unauth_destination in smtpd_relay_restrictions");
        } else if (!isAfter(list, question, "permit_auth_destination")) {
            report.problem(
                    CheckName.RELAY,
                    where(smtpd, name),
                    "asks " + question.kind().words + " for mail to this server too, which "
                            + (question.attribute("default_action").isEmpty()
                                    ? "waits while the agent is away"
                                    : "is put off and not refused while the agent is away"),
                    "permit_auth_destination before postern_login_check in smtpd_relay_restrictions");
        }
        if (PERMITS.contains(question.attribute("default_action").toLowerCase(Locale.ROOT))) {
            report.problem(
                    CheckName.RELAY,
                    where(smtpd, name),
                    "lets every client relay while the agent is away",
                    "{ default_action = DEFER_IF_REJECT 4.3.0 Logins cannot be checked now } in postern_login_check");
        }
    }

    private void quota(PostfixConfig.SmtpdService smtpd, String name, List<String> list, RestrictionLookup question) {
        if (!name.equals("smtpd_recipient_restrictions")) {
            misplaced(
                    CheckName.QUOTA,
                    smtpd,
                    name,
                    RestrictionLookup.RestrictionKind.QUOTA,
                    "that is asked too early or too late",
                    "in smtpd_recipient_restrictions, after reject_unlisted_recipient");
        } else if (!isAfter(list, question, "reject_unlisted_recipient")) {
            report.problem(
                    CheckName.QUOTA,
                    where(smtpd, name),
                    "asks " + question.kind().words + " before it is known that there is such a mailbox",
                    "reject_unlisted_recipient before postern_quota_check in smtpd_recipient_restrictions");
        } else if (isAfterTheEnd(list, question)) {
            report.problem(
                    CheckName.QUOTA,
                    where(smtpd, name),
                    "asks " + question.kind().words + " after every client has been answered",
                    "postern_quota_check before permit and reject in smtpd_recipient_restrictions");
        }
    }

    private void size(PostfixConfig.SmtpdService smtpd, String name) {
        if (!name.equals("smtpd_end_of_data_restrictions")) {
            misplaced(
                    CheckName.QUOTA,
                    smtpd,
                    name,
                    RestrictionLookup.RestrictionKind.SIZE,
                    "the size is not known there",
                    "in smtpd_end_of_data_restrictions");
        }
    }

    private void policy(PostfixConfig.SmtpdService smtpd, String name, RestrictionLookup question) {
        String tries = question.attribute("try_limit").isEmpty()
                ? postfix.parameter("smtpd_policy_service_try_limit")
                : question.attribute("try_limit");
        if (tries.equals("1")) {
            report.problem(
                    CheckName.POLICY,
                    where(smtpd, name),
                    "goes on with a broken connection after one failure: only one try",
                    question.attribute("try_limit").isEmpty()
                            ? "postconf -e smtpd_policy_service_try_limit=2 && postfix reload"
                            : "try_limit=2 in postern_policy");
        }
        if (question.attribute("default_action").isEmpty()
                && postfix.parameter("smtpd_policy_service_default_action").startsWith("4")) {
            report.problem(
                    CheckName.POLICY,
                    where(smtpd, name),
                    "puts off all mail while the agent is away",
                    question.kind() == RestrictionLookup.RestrictionKind.LOGIN
                            ? "{ default_action = DEFER_IF_REJECT 4.3.0 Logins cannot be checked now } in"
                                    + " postern_login_check"
                            : "default_action=DUNNO in postern_"
                                    + (question.kind() == RestrictionLookup.RestrictionKind.QUOTA ? "quota" : "size")
                                    + "_check");
        }
    }

    /** By its port, or, where that is written as a number and an address, by what it calls itself. */
    private static boolean isSubmission(PostfixConfig.SmtpdService smtpd) {
        return SUBMISSION.contains(smtpd.name().replaceFirst("/.*", "").replaceFirst(".*:", ""))
                || SUBMISSION.contains(
                        smtpd.own().getOrDefault("syslog_name", "").replaceFirst(".*/", ""));
    }

    private void misplaced(
            CheckName check,
            PostfixConfig.SmtpdService smtpd,
            String name,
            RestrictionLookup.RestrictionKind kind,
            String why,
            String place) {
        report.problem(check, where(smtpd, name), "asks " + kind.words + ": " + why, place + ", and not in " + name);
    }

    private static boolean isAfter(List<String> list, RestrictionLookup question, String word) {
        int first = list.indexOf(word);
        return first >= 0 && first < question.at();
    }

    private static boolean isAfterTheEnd(List<String> list, RestrictionLookup question) {
        return list.subList(0, question.at()).stream().anyMatch(ENDS::contains);
    }

    /** The name alone where main.cf has it. */
    private static String where(PostfixConfig.SmtpdService smtpd, String name) {
        return "Postfix's " + (smtpd.own().containsKey(name) ? smtpd.name() + "/" : "") + name;
    }
}
