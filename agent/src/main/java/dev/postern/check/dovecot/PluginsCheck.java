package dev.postern.check.dovecot;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The mail plugins of each protocol. In 2.3 a list that a protocol block has begun does not see what a later file adds
 * to the global one; in 2.4 one that is written on a line replaces it.
 */
final class PluginsCheck {

    private static final String QUOTA = "quota";
    private static final String CLONE = "quota_clone";

    /** They change what a mailbox holds. */
    private static final Set<String> CHANGING = Set.of("imap", "pop3", "lmtp", "lda", "doveadm");

    private static final List<String> PROTOCOLS =
            List.of("imap", "pop3", "lmtp", "lda", "submission", "sieve", "doveadm");

    /** They cannot be loaded without quota, and with them no session begins. */
    private static final List<String> DEPENDENT = List.of(CLONE, "imap_quota", "trash");

    private final DovecotConfig dovecot;
    private final CheckReport report;

    PluginsCheck(DovecotConfig dovecot, CheckReport report) {
        this.dovecot = dovecot;
        this.report = report;
    }

    void examine() {
        boolean cloned = dovecot.dict(CLONE) != null
                && PROTOCOLS.stream()
                        .anyMatch(protocol -> dovecot.plugins(protocol).contains(CLONE));
        for (String protocol : PROTOCOLS) {
            examine(protocol, cloned);
        }
    }

    private void examine(String protocol, boolean cloned) {
        Set<String> plugins = dovecot.plugins(protocol);
        List<String> broken = DEPENDENT.stream().filter(plugins::contains).toList();
        boolean changes = CHANGING.contains(protocol);
        List<String> missing = new ArrayList<>();
        if (!plugins.contains(QUOTA) && (!broken.isEmpty() || (changes && isCounted()))) {
            missing.add(QUOTA);
        }
        if (changes && cloned && !plugins.contains(CLONE)) {
            missing.add(CLONE);
        }
        if (!missing.isEmpty()) {
            report.problem(
                    CheckName.FIGURES,
                    "Dovecot's protocol " + protocol,
                    missing.contains(QUOTA) && !broken.isEmpty()
                            ? "has " + String.join(", ", broken) + " without quota: no session begins"
                            : "has no " + String.join(", ", missing) + ": what it does to a mailbox is not counted",
                    "protocol " + protocol + " { mail_plugins" + addition(missing)
                            + " } in a file of /etc/dovecot/conf.d/ after all others");
        }
    }

    /** Whether a quota is configured, of whichever kind. */
    private boolean isCounted() {
        return !dovecot.settings().block("plugin").value(QUOTA).isEmpty()
                || !dovecot.settings().blocks(QUOTA).isEmpty();
    }

    private String addition(List<String> plugins) {
        return dovecot.is24()
                ? " { "
                        + String.join(
                                "; ",
                                plugins.stream()
                                        .map(plugin -> plugin + " = yes")
                                        .toList()) + " }"
                : " = $mail_plugins " + String.join(" ", plugins);
    }
}
