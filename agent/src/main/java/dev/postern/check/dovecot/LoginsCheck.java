package dev.postern.check.dovecot;

import dev.postern.check.host.PathComparison;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Each protocol's logins reach the agent: by a script, by the agent's own post-login socket, or by last_login. Wired
 * wrongly they are reported as another protocol's, or logins fail.
 */
final class LoginsCheck {

    /** These two have to be reported; the others need not be. */
    private static final Set<String> ALWAYS = Set.of("imap", "pop3");

    private final AgentConfig config;
    private final DovecotConfig dovecot;
    private final HookCheck hooks;
    private final LastLoginCheck lastLogin;
    private final CheckReport report;

    LoginsCheck(
            AgentConfig config, DovecotConfig dovecot, HookCheck hooks, LastLoginCheck lastLogin, CheckReport report) {
        this.config = config;
        this.dovecot = dovecot;
        this.hooks = hooks;
        this.lastLogin = lastLogin;
        this.report = report;
    }

    void examine() {
        Set<String> protocols = dovecot.protocols();
        lastLogin.examine(protocols);
        for (String protocol : List.of("imap", "pop3", "submission", "sieve")) {
            if (protocols.contains(protocol)) {
                examine(protocol.equals("sieve") ? "managesieve" : protocol);
            }
        }
    }

    private void examine(String name) {
        String executable = dovecot.service(name).value("executable");
        List<String> words = HookCommand.words(executable.isEmpty() ? name : executable);
        String program = HookCommand.lastName(words.get(0));
        if (!program.equals(name)) {
            problem(
                    name,
                    "runs " + program + " in place of " + name + ": logins fail",
                    "executable = " + name + " " + name + "-postlogin");
            return;
        }
        String socket = socket(words);
        if (socket == null ? !lastLogin.isReported(name) : !isReported(name, socket)) {
            notReported(name);
        }
    }

    /** The last word, unless it is an option or the number that belongs to {@code -t}. */
    private static @Nullable String socket(List<String> words) {
        int last = words.size() - 1;
        return last == 0
                        || words.get(last).startsWith("-")
                        || words.get(last - 1).equals("-t")
                ? null
                : words.get(last);
    }

    /** Whether the listener there reports to the agent; true as well when the reason why not is reported. */
    private boolean isReported(String name, String socket) {
        Path path = dovecot.socket(socket);
        Map<String, Path> ours =
                config.postlogin() == null ? Map.of() : config.postlogin().sockets();
        for (Map.Entry<String, Path> our : ours.entrySet()) {
            if (PathComparison.isSame(our.getValue(), path)) {
                return isItsOwn(name, our.getKey(), ours);
            }
        }
        String service = dovecot.listener(path);
        if (service == null) {
            notListening(name, path);
            return true;
        }
        HookCommand hook = HookCommand.of(dovecot.expanded(dovecot.service(service), "executable"));
        if (hook == null) {
            return lastLogin.isReported(name);
        }
        hooks.examine(CheckName.LOGINS, service, hook, "script-login", name + "-postlogin");
        return true;
    }

    private boolean isItsOwn(String name, String section, Map<String, Path> ours) {
        if (!section.equals(name)) {
            Path own = ours.get(name);
            problem(
                    name,
                    "asks the agent's socket for " + section + ": its logins are reported as that",
                    "executable = " + name + " -t 5 " + (own == null ? "(postlogin." + name + ")" : own));
        }
        return true;
    }

    private void notListening(String name, Path path) {
        if (path.startsWith(dovecot.socket(""))) {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's service " + name,
                    "asks " + path + ", which has no listener: logins fail",
                    "service " + name + "-postlogin { executable = script-login /usr/lib/postern/" + name
                            + "-postlogin; user = " + (dovecot.is24() ? "$SET:" : "$")
                            + "default_internal_user; unix_listener " + path.getFileName() + " { } }");
        } else {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's service " + name,
                    "asks " + path + ", where neither Dovecot nor the agent listens: logins fail",
                    "[postlogin] " + name + " = \"" + path + "\", then systemctl restart postern");
        }
    }

    private void notReported(String name) {
        if (ALWAYS.contains(name)) {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's service " + name,
                    "reports no logins",
                    "install -m 0644 dovecot/" + dovecot.version()
                            + "/91-postern-scripts.conf /etc/dovecot/conf.d/ && doveadm reload");
        }
    }

    private void problem(String name, String problem, String setting) {
        report.problem(
                CheckName.LOGINS, "Dovecot's service " + name, problem, "service " + name + " { " + setting + " }");
    }
}
