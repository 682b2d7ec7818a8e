package dev.postern.check.postfix;

import dev.postern.check.host.PathComparison;
import dev.postern.check.host.SocketAccess;
import dev.postern.check.host.UnixAccount;
import dev.postern.check.host.UnixAccounts;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;

/** Where Postfix asks the agent, the agent listens, and Postfix's account gets there, out of its chroot too. */
final class ReachCheck {

    private final AgentConfig config;
    private final PostfixConfig postfix;
    private final UnixAccounts accounts;
    private final CheckReport report;

    ReachCheck(AgentConfig config, PostfixConfig postfix, UnixAccounts accounts, CheckReport report) {
        this.config = config;
        this.postfix = postfix;
        this.accounts = accounts;
        this.report = report;
    }

    /** Whether a lookup reaches its server: the agent, if it is one for the agent. */
    boolean examine(PostfixConfig.SmtpdService smtpd, RestrictionLookup question) {
        if (question.socket() == null) {
            return true;
        }
        boolean chrooted = smtpd.isChrooted() && !question.isProxied();
        boolean policy = question.attributes() != null;
        Path asked = postfix.socket(question.socket(), chrooted);
        Path ours = policy
                ? (config.policy() == null ? null : config.policy().socket())
                : (config.socketmap() == null ? null : config.socketmap().socket());
        String section = policy ? "policy" : "socketmap";
        if (ours == null || !PathComparison.isSame(asked, ours)) {
            report.problem(
                    CheckName.SOCKETS,
                    "Postfix's unix:" + question.socket(),
                    "is " + asked + ", where the agent does not listen" + (ours == null ? "" : ": it has " + ours),
                    ours != null && ours.startsWith(postfix.queue())
                            ? "unix:" + postfix.queue().relativize(ours) + " in main.cf"
                            : "socket = \"" + asked + "\" in [" + section + "], then systemctl restart postern");
            return false;
        }
        UnixAccount owner = accounts.find(postfix.parameter("mail_owner"));
        if (owner != null) {
            Path root = chrooted ? postfix.queue() : ours.getRoot();
            new SocketAccess(report)
                    .socket(
                            owner,
                            root,
                            ours,
                            section,
                            "chgrp "
                                    + accounts.groupName(owner.gids().iterator().next()) + " " + ours.getParent()
                                    + " && chmod 2750 " + ours.getParent() + ", then systemctl restart postern");
        }
        return true;
    }
}
