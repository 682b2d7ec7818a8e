package dev.postern.check.files;

import dev.postern.check.host.AgentAccount;
import dev.postern.check.host.FileAccess;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.config.PasswordFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration itself and the files with secrets that it names: read by the agent, written and seen by no other
 * account.
 */
public final class SecretsCheck {

    private static final int OTHERS = 0007;
    private static final int OTHERS_WRITE = 0002;

    private final Path file;
    private final AgentConfig config;
    private final AgentAccount agent;
    private final CheckReport report;

    /**
     * Looks at nothing yet.
     *
     * @param file the configuration's own
     */
    public SecretsCheck(Path file, AgentConfig config, AgentAccount agent, CheckReport report) {
        this.file = file.toAbsolutePath();
        this.config = config;
        this.agent = agent;
        this.report = report;
    }

    public void examine() {
        configuration();
        password("mysql.password_file", config.mysql().passwordFile());
        certificates("mysql.ca_file", config.mysql().caFile(), "put the authorities' certificates (PEM) there");
        http(config.http());
        rootOnly("web.mysql_password_file", config.web().mysqlPasswordFile());
    }

    private void http(AgentConfig.@Nullable HttpSection http) {
        if (http == null) {
            return;
        }
        secret("http.tokens_file", http.tokensFile());
        certificates(
                "http.tls_certificate", http.tlsCertificate(), "put the certificate and then its chain (PEM) there");
        secret("http.tls_key", http.tlsKey());
    }

    /** An account that may write it decides what the agent does. */
    private void configuration() {
        FileAccess.FileStat stat = FileAccess.FileStat.of(file);
        if (stat == null) {
            return;
        }
        if ((stat.mode() & OTHERS_WRITE) != 0) {
            report.problem(CheckName.FILES, file.toString(), "can be written by every account", "chmod 0640 " + file);
        } else if (FileAccess.obstacle(agent.account(), file.getRoot(), file, FileAccess.READ) != null) {
            report.problem(CheckName.FILES, file.toString(), "cannot be read by " + agent.name(), handOver(file));
        }
    }

    /** What keeps the agent from starting is found, unless the account that runs this may not look. */
    private void password(String key, @Nullable Path secret) {
        secret(key, secret);
        if (secret != null
                && !Files.isDirectory(secret)
                && !Files.notExists(secret)
                && PasswordFile.read(key, secret) instanceof PasswordFile.UnreadablePassword unreadable
                && !unreadable.denied()) {
            place(key, secret)
                    .problem(unreadable.problem().why(), unreadable.problem().hint());
        }
    }

    private void secret(String key, @Nullable Path secret) {
        if (secret == null) {
            return;
        }
        CheckedFile place = place(key, secret);
        FileAccess.FileStat stat = place.stat("install -m 0640 -g " + agent.name() + " /dev/stdin " + secret);
        if (Files.isDirectory(secret)) {
            place.problem("is a directory", "name a file of its own in " + file);
        } else if (stat != null && (stat.mode() & OTHERS) != 0) {
            place.problem("can be read by every account", "chmod o= " + secret);
        } else if (stat != null) {
            readable(place);
        }
    }

    /** The account that administers may do more than the agent, which must not have its password. */
    private void rootOnly(String key, @Nullable Path secret) {
        if (secret == null) {
            return;
        }
        CheckedFile place = place(key, secret);
        FileAccess.FileStat stat = place.stat("install -m 0600 /dev/stdin " + secret);
        if (stat != null && (stat.mode() & OTHERS) != 0) {
            place.problem("can be read by every account", "chmod 0600 " + secret);
        } else if (stat != null && !agent.account().isRoot() && stat.allows(agent.account(), FileAccess.READ)) {
            place.problem(
                    "can be read by " + agent.name() + ", which is to change no mailbox",
                    "chown root:root " + secret + " && chmod 0600 " + secret);
        }
    }

    /** No secrets, but nothing works without them. */
    private void certificates(String key, @Nullable Path certificates, String mend) {
        if (certificates == null) {
            return;
        }
        CheckedFile place = place(key, certificates);
        if (place.stat(mend) != null) {
            readable(place);
        }
    }

    private void readable(CheckedFile place) {
        Path obstacle = place.obstacle(FileAccess.READ);
        if (obstacle != null) {
            place.problem("cannot be read by " + agent.name(), handOver(obstacle));
        }
    }

    private CheckedFile place(String key, Path path) {
        return new CheckedFile(file, key, path, agent, report);
    }

    private String handOver(Path path) {
        String mode = Files.isDirectory(path) ? "g+x" : "0640";
        return "chgrp " + agent.name() + " " + path + " && chmod " + mode + " " + path;
    }
}
