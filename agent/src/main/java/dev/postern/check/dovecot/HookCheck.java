package dev.postern.check.dovecot;

import dev.postern.check.host.FileAccess;
import dev.postern.check.host.PathComparison;
import dev.postern.check.host.SocketAccess;
import dev.postern.check.host.UnixAccount;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One of our scripts as a service of Dovecot's runs it: the right one, there, and talking to where the agent listens.
 */
final class HookCheck {

    private final AgentConfig config;
    private final DovecotConfig dovecot;
    private final SocketAccess socketAccess;
    private final CheckReport report;

    HookCheck(AgentConfig config, DovecotConfig dovecot, SocketAccess socketAccess, CheckReport report) {
        this.config = config;
        this.dovecot = dovecot;
        this.socketAccess = socketAccess;
        this.report = report;
    }

    /**
     * Looks at one.
     *
     * @param check that it counts as
     * @param service of Dovecot's that runs it
     * @param wrapper that has to start it
     * @param name that it has to have
     */
    void examine(CheckName check, String service, HookCommand hook, String wrapper, String name) {
        String where = "Dovecot's service " + service;
        Path script = hook.script();
        if (!hook.wrapper().equals(wrapper) || !hook.name().equals(name)) {
            String right = wrapper + " " + script.resolveSibling(name);
            String problem = hook.name().equals(name)
                    ? "runs " + script + " without " + wrapper
                    : "runs " + hook.name() + ": its events are reported as something else";
            report.problem(check, where, problem, "service " + service + " { executable = " + right + " }");
            return;
        }
        UnixAccount account = dovecot.serviceAccount(service);
        if (Files.notExists(script)) {
            report.problem(
                    check,
                    where,
                    "runs " + script + ", which is not there",
                    "install -d " + script.getParent() + " && cp -P hook-scripts/*-* " + script.getParent());
        } else if (account == null) {
            report.problem(
                    check,
                    where,
                    "runs as a user that is not there",
                    "adduser --system --group --no-create-home " + dovecot.expanded(dovecot.service(service), "user"));
        } else if (FileAccess.obstacle(account, script.getRoot(), script, FileAccess.READ | FileAccess.EXECUTE)
                != null) {
            report.problem(
                    check, where, "runs " + script + ", which " + account.name() + " may not", "chmod 0755 " + script);
        } else {
            ways(check, service, where, hook, account);
        }
    }

    private void ways(CheckName check, String service, String where, HookCommand hook, UnixAccount account) {
        AgentConfig.EventsSection events = config.events();
        if (events == null) {
            report.problem(
                    check,
                    where,
                    "reports to the events socket, which is switched off",
                    "[events] socket = \"" + hook.setting("POSTERN_EVENTS_SOCKET")
                            + "\", then systemctl restart postern");
            return;
        }
        boolean viaSpool = hook.setting("POSTERN_VIA").equals("spool");
        if (!viaSpool && differs(check, service, where, hook, "POSTERN_EVENTS_SOCKET", events.socket())) {
            return;
        }
        if (!viaSpool) {
            String join = join(service, events.socket(), "group = \"%s\" in [events], then systemctl restart postern");
            socketAccess.socket(account, events.socket().getRoot(), events.socket(), "events", join);
        }
        if (events.spool() == null) {
            report.problem(
                    check,
                    where,
                    "leaves what the agent does not take in a spool that is not read",
                    "spool = \"" + hook.setting("POSTERN_SPOOL") + "\" in [events], then systemctl restart postern");
        } else if (!differs(check, service, where, hook, "POSTERN_SPOOL", events.spool())) {
            socketAccess.spool(account, events.spool(), join(service, events.spool(), "chgrp %s " + events.spool()));
        }
    }

    /** Dovecot's own group is where the two meet: an account outside of it has to join. */
    private String join(String service, Path path, String ours) {
        Integer group = dovecot.internalGroup();
        FileAccess.FileStat stat = FileAccess.FileStat.of(path);
        return group != null && stat != null && stat.gid() == group
                ? "service " + service + " { extra_groups = " + (dovecot.is24() ? "$SET:" : "$")
                        + "default_internal_group }"
                : ours.formatted(dovecot.internalGroupName());
    }

    private boolean differs(
            CheckName check, String service, String where, HookCommand hook, String variable, Path ours) {
        Path theirs = Path.of(hook.setting(variable));
        if (PathComparison.isSame(theirs, ours)) {
            return false;
        }
        report.problem(
                check,
                where,
                "reports to " + theirs + ", where the agent does not look: it has " + ours,
                "service " + service + " { executable = " + hook.wrapper() + " /usr/bin/env " + variable + "=" + ours
                        + " " + hook.script() + " }");
        return true;
    }
}
