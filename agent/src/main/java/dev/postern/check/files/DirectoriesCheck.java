package dev.postern.check.files;

import static dev.postern.check.host.FileAccess.EXECUTE;
import static dev.postern.check.host.FileAccess.READ;
import static dev.postern.check.host.FileAccess.WRITE;

import dev.postern.check.host.AgentAccount;
import dev.postern.check.host.FileAccess;
import dev.postern.check.host.UnixAccounts;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfiguredSockets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directories that the agent writes in, for its sockets, the spool and the journal, and the groups of its sockets.
 */
public final class DirectoriesCheck {

    private static final int ALL = READ | WRITE | EXECUTE;
    private static final int OTHERS = 0007;
    private static final int GROUP_WRITE = 0020;
    private static final int SETGID_AND_STICKY = 03000;

    private final Path file;
    private final AgentConfig config;
    private final UnixAccounts accounts;
    private final AgentAccount agent;
    private final CheckReport report;

    /**
     * Looks at nothing yet.
     *
     * @param file the configuration's own
     */
    public DirectoriesCheck(
            Path file, AgentConfig config, UnixAccounts accounts, AgentAccount agent, CheckReport report) {
        this.file = file.toAbsolutePath();
        this.config = config;
        this.accounts = accounts;
        this.agent = agent;
        this.report = report;
    }

    public void examine() {
        ConfiguredSockets.of(config).forEach(this::socket);
        ConfiguredSockets.groups(config).forEach(this::group);
        if (config.events() != null && config.events().spool() != null) {
            spool(config.events().spool(), ConfiguredSockets.groups(config).getOrDefault("events", "dovecot"));
        }
        if (config.journal() != null) {
            journal(config.journal().directory());
        }
    }

    /** Below Postfix's queue it is Postfix that has to get in. */
    private void socket(String key, Path socket) {
        String install = key.startsWith("socketmap") || key.startsWith("policy")
                ? "install -d -m 2750 -o " + agent.name() + " -g postfix "
                : "install -d -m 2755 -o " + agent.name() + " -g " + agent.name() + " ";
        directory(place(key, socket.resolveSibling("")), install);
    }

    private void directory(CheckedFile place, String install) {
        if (place.stat(install + place.path()) == null) {
            return;
        }
        if (!Files.isDirectory(place.path())) {
            place.problem("is not a directory", install + place.path());
        } else if (!place.isReachedFor(ALL)) {
            place.problem(
                    "cannot be written and read by " + agent.name(), "chown " + agent.name() + " " + place.path());
        }
    }

    private void group(String section, String group) {
        Integer number = accounts.group(group);
        String where = file + ": " + section + ".group";
        if (number == null) {
            report.problem(
                    CheckName.FILES, where, "\"" + group + "\" is not a group here", "groupadd --system " + group);
        } else if (!isMember(number)) {
            report.problem(
                    CheckName.FILES,
                    where,
                    agent.name() + " is not a member of \"" + group + "\" and cannot give it the socket",
                    "usermod -a -G " + group + " " + agent.name());
        }
    }

    /**
     * Hooks leave files of mode 0640 there, as users of their own: the directory's group has to become the files', and
     * the agent has to be in it. Every other account that may write there may report logins.
     */
    private void spool(Path spool, String group) {
        CheckedFile place = place("events.spool", spool);
        directory(place, "install -d -m 3730 -o " + agent.name() + " -g " + group + " ");
        FileAccess.FileStat stat = FileAccess.FileStat.of(spool);
        if (stat == null) {
            return;
        }
        if ((stat.mode() & OTHERS) != 0) {
            place.problem("lets every account report logins", "chmod 3730 " + spool);
        } else if ((stat.mode() & GROUP_WRITE) != 0 && (stat.mode() & SETGID_AND_STICKY) != SETGID_AND_STICKY) {
            place.problem(
                    "is not setgid and sticky: what a hook leaves is closed to the agent, or open to other hooks",
                    "chmod 3730 " + spool);
        } else if (!isMember(stat.gid())) {
            place.problem(
                    "has a group that " + agent.name() + " is not in: what hooks leave there is closed to it",
                    "usermod -a -G " + group + " " + agent.name());
        }
    }

    private void journal(Path directory) {
        CheckedFile place = place("journal.directory", directory);
        directory(place, "install -d -m 0700 -o " + agent.name() + " ");
        FileAccess.FileStat stat = FileAccess.FileStat.of(directory);
        if (stat != null && (stat.mode() & OTHERS) != 0) {
            place.problem("is open to every account", "chmod 0700 " + directory);
        }
    }

    private boolean isMember(int gid) {
        return agent.account().isRoot() || agent.account().gids().contains(gid);
    }

    private CheckedFile place(String key, Path path) {
        return new CheckedFile(file, key, path, agent, report);
    }
}
