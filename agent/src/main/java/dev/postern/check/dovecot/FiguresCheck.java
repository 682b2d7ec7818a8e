package dev.postern.check.dovecot;

import dev.postern.check.host.PathComparison;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quota figures reach the agent: by quota_clone, by a quota in its dict, or by warnings and their script. */
final class FiguresCheck {

    private static final String CLONE = "quota_clone";
    private static final Pattern QUOTA_IN_DICT = Pattern.compile("dict:.*?proxy:(?:[a-z_]+=\\d+:)*(/[^:]*):.*");
    /** The second one and those behind it. */
    private static final Pattern ROOT = Pattern.compile("quota[2-9][0-9]*");

    private static final Set<String> DELIVERY = Set.of("lmtp", "imap");

    private final AgentConfig config;
    private final DovecotConfig dovecot;
    private final HookCheck hooks;
    private final CheckReport report;

    FiguresCheck(AgentConfig config, DovecotConfig dovecot, HookCheck hooks, CheckReport report) {
        this.config = config;
        this.dovecot = dovecot;
        this.hooks = hooks;
        this.report = report;
    }

    void examine() {
        boolean warned = areWarningsSent();
        if (!isCloned() && !isInDict() && !warned) {
            report.problem(
                    CheckName.FIGURES,
                    "Dovecot",
                    "does not report how full a mailbox is",
                    "install -m 0644 dovecot/" + dovecot.version()
                            + "/91-postern-scripts.conf /etc/dovecot/conf.d/ && doveadm reload, then quota-import");
        }
    }

    private boolean isCloned() {
        Path dict = dovecot.dict(CLONE);
        if (dict == null
                || DELIVERY.stream()
                        .noneMatch(protocol -> dovecot.plugins(protocol).contains(CLONE))) {
            return false;
        }
        new DictTarget(config, report).isOurs(CheckName.FIGURES, CLONE, dict);
        return true;
    }

    private boolean isInDict() {
        Matcher quota = QUOTA_IN_DICT.matcher(dovecot.settings().block("plugin").value("quota"));
        if (!quota.matches()) {
            return false;
        }
        if (new DictTarget(config, report).isOurs(CheckName.FIGURES, "quota", Path.of(quota.group(1)))) {
            secondRoots(Path.of(quota.group(1)));
        }
        return true;
    }

    /** Dovecot reports each change to every root, and the agent adds those of one. */
    private void secondRoots(Path dict) {
        dovecot.settings().block("plugin").values().forEach((name, value) -> {
            Matcher root = QUOTA_IN_DICT.matcher(value);
            if (ROOT.matcher(name).matches()
                    && root.matches()
                    && Path.of(root.group(1)).equals(dict)) {
                report.problem(
                        CheckName.FIGURES,
                        "Dovecot's " + name,
                        "is a second quota root in the agent's dict, which adds the changes of one root alone",
                        "no " + name + ", or another dict for it, in /etc/dovecot/conf.d/");
            }
        });
    }

    /** Whether the script is called; a socket of ours gives no figures, but has to be the right one. */
    private boolean areWarningsSent() {
        boolean told = false;
        for (String target : targets()) {
            Path path = dovecot.socket(target);
            String service = dovecot.listener(path);
            HookCommand hook =
                    service == null ? null : HookCommand.of(dovecot.expanded(dovecot.service(service), "executable"));
            if (service != null && hook != null) {
                hooks.examine(CheckName.FIGURES, service, hook, "script", "quota-warning");
                told = true;
            } else if (service == null && !isOurs(path)) {
                notListening(target, path);
            }
        }
        return told;
    }

    private boolean isOurs(Path path) {
        AgentConfig.WarningSection warning = config.warning();
        return warning != null
                && ((warning.quota() != null && PathComparison.isSame(warning.quota(), path))
                        || (warning.over() != null && PathComparison.isSame(warning.over(), path)));
    }

    private void notListening(String target, Path path) {
        if (target.startsWith("/")) {
            report.problem(
                    CheckName.FIGURES,
                    "Dovecot's quota warnings",
                    "go to " + path + ", where neither Dovecot nor the agent listens",
                    "[warning] " + (target.contains("over") ? "over" : "quota") + " = \"" + path
                            + "\", then systemctl restart postern");
        } else {
            report.problem(
                    CheckName.FIGURES,
                    "Dovecot's quota warnings",
                    "go to " + path + ", which has no listener",
                    "service " + target + " { executable = script /usr/lib/postern/quota-warning; user = vmail;"
                            + " unix_listener " + target + " { user = vmail } }");
        }
    }

    /** Sockets that warnings go to: 2.3 names them within a rule, 2.4 within a block. */
    private Set<String> targets() {
        Set<String> targets = new LinkedHashSet<>();
        for (Map.Entry<String, String> setting :
                dovecot.settings().block("plugin").values().entrySet()) {
            String[] words = setting.getValue().split("\\s+", -1);
            if (setting.getKey().startsWith("quota_warning") && words.length > 1) {
                targets.add(words[1]);
            } else if (setting.getKey().equals("quota_over_script") && !words[0].isEmpty()) {
                targets.add(words[0]);
            }
        }
        dovecot.settings()
                .blocks("quota")
                .values()
                .forEach(quota -> quota.all()
                        .forEach(block -> block.blocks("execute")
                                .forEach((name, execute) -> targets.add(
                                        execute.value("unix_socket_path").isEmpty()
                                                ? name
                                                : execute.value("unix_socket_path")))));
        return targets;
    }
}
