package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigProblem;
import dev.postern.config.MyNetworks;
import dev.postern.config.PasswordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration names and the host does not have, as seen by the user that asks. Nothing is changed, nobody is
 * connected to.
 */
final class HostCheck {

    private final AgentConfig config;
    private final List<ConfigProblem> problems = new ArrayList<>();

    HostCheck(AgentConfig config) {
        this.config = config;
    }

    /** All of them, in the file's order. */
    List<ConfigProblem> problems() {
        passwordFile(config.mysql().passwordFile());
        authorities(config.mysql().caFile());
        if (config.events() != null) {
            socket("events", config.events().socket(), config.events().group());
            spool(config.events());
        }
        if (config.dict() != null) {
            socket("dict", config.dict().socket(), config.dict().group());
        }
        if (config.warning() != null) {
            warning(config.warning());
        }
        if (config.socketmap() != null) {
            socket("socketmap", config.socketmap().socket(), config.socketmap().group());
        }
        if (config.policy() != null) {
            socket("policy", config.policy().socket(), config.policy().group());
        }
        if (MyNetworks.read(config.relay().excludeMynetworks()) instanceof MyNetworks.Unreadable unreadable) {
            problems.add(unreadable.problem());
        }
        if (config.journal() != null) {
            directory("journal.directory", config.journal().directory(), "install -d -m 0700 -o postern ");
        }
        return problems;
    }

    private void passwordFile(@Nullable Path file) {
        if (PasswordFile.read("mysql.password_file", file) instanceof PasswordFile.Unreadable unreadable) {
            problems.add(unreadable.problem());
        } else if (file != null && isForEverybody(file)) {
            add("mysql.password_file", file, "can be read by everybody", "chmod o= " + file);
        }
    }

    private static boolean isForEverybody(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private void authorities(@Nullable Path file) {
        if (file != null && !(Files.isRegularFile(file) && Files.isReadable(file))) {
            add("mysql.ca_file", file, "cannot be read", "put the authorities' certificates (PEM) there");
        }
    }

    private void socket(String section, Path socket, @Nullable String group) {
        directory(section + ".socket", socket.resolveSibling(""), "install -d -m 2755 -o postern -g postern ");
        if (group != null) {
            group(section, group);
        }
    }

    private void warning(AgentConfig.Warning warning) {
        Path socket = warning.quota() != null ? warning.quota() : warning.over();
        if (socket != null) {
            socket("warning", socket, warning.group());
        }
    }

    private void spool(AgentConfig.Events events) {
        if (events.spool() != null) {
            String group = events.group() == null ? "dovecot" : events.group();
            directory("events.spool", events.spool(), "install -d -m 3730 -o postern -g " + group + " ");
        }
    }

    private void directory(String key, Path directory, String mend) {
        if (!Files.isDirectory(directory)) {
            add(key, directory, Files.exists(directory) ? "is no directory" : "does not exist", mend + directory);
        } else if (!Files.isReadable(directory) || !Files.isWritable(directory) || !Files.isExecutable(directory)) {
            add(key, directory, "cannot be written and read by this user", "chown postern " + directory);
        }
    }

    private void group(String section, String group) {
        try {
            Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (UserPrincipalNotFoundException unknown) {
            problems.add(ConfigProblem.of(section + ".group", group, "is no group here", "groupadd --system " + group));
        } catch (IOException e) {
            problems.add(ConfigProblem.of(section + ".group", group, "cannot be looked up", "see getent group"));
        }
    }

    private void add(String key, Path path, String why, String hint) {
        problems.add(ConfigProblem.of(key, path.toString(), why, hint));
    }
}
