package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Dovecot of its own with the files of {@code dovecot/} and {@code hook-scripts/} as they are, each at the path
 * where it is installed: it runs in a mount namespace in which those paths lead into a temporary directory. Only the
 * ports are other ones, and the database account's name, database and password are filled in. Needs root.
 */
public final class DovecotServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final int imapPort = Ports.free();
    private final int pop3Port = Ports.free();
    private final int submissionPort = Ports.free();
    private final int sievePort = Ports.free();
    private final int relayPort = Ports.free();
    private Process master;

    private DovecotServer(Path root) {
        this.root = root;
    }

    /** Skips the test where no Dovecot can run, as {@link Peers#require} does. */
    public static void require() {
        Peers.require("dovecot", "doveadm", "unshare", "nsenter");
        if (!"root".equals(System.getProperty("user.name"))) {
            Peers.missing("a Dovecot of its own needs root");
        }
    }

    /**
     * Starts it.
     *
     * @param postfixQueue what it finds at /var/spool/postfix
     * @param configuration names of files in {@code dovecot/2.3/}, the SQL file apart; of an example, what it says
     */
    public static DovecotServer start(TestDatabase database, Path postfixQueue, String... configuration) {
        try {
            DovecotServer server = new DovecotServer(Files.createTempDirectory("pdv"));
            server.install(database, List.of(configuration));
            server.launchOrClean(postfixQueue);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int imapPort() {
        return imapPort;
    }

    public int pop3Port() {
        return pop3Port;
    }

    public int submissionPort() {
        return submissionPort;
    }

    public int sievePort() {
        return sievePort;
    }

    /** Where submission expects the server that takes the mail. */
    public int relayPort() {
        return relayPort;
    }

    /** What is /run/postern inside. */
    public Path postern() {
        return root.resolve("run/postern");
    }

    /** What is /var/spool/postern inside. */
    public Path spool() {
        return root.resolve("spool/postern");
    }

    /** What is /usr/lib/postern inside. */
    public Path hooks() {
        return root.resolve("lib/postern");
    }

    /** Runs doveadm inside; its standard output. */
    public String doveadm(String... arguments) {
        List<String> command = new ArrayList<>(List.of("nsenter", "-m", "-t", Long.toString(master.pid()), "doveadm"));
        command.addAll(Arrays.asList(arguments));
        return inside(command, "");
    }

    /** Runs a command inside, as root. */
    public String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("nsenter", "-m", "-t", Long.toString(master.pid())));
        command.addAll(Arrays.asList(arguments));
        return inside(command, "");
    }

    /** Delivers a message as Dovecot's own delivery agent does. */
    public String deliver(String user, String message) {
        return inside(
                List.of("nsenter", "-m", "-t", Long.toString(master.pid()), "/usr/lib/dovecot/dovecot-lda", "-d", user),
                message);
    }

    /** Dovecot's log so far. */
    public String log() {
        try {
            return Files.readString(root.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void install(TestDatabase database, List<String> configuration) throws IOException {
        Path repository = TestDatabase.schema().resolveSibling("dovecot").resolve("2.3");
        Path etc = Files.createDirectories(root.resolve("etc"));
        Path included = Files.createDirectories(etc.resolve("conf.d"));
        for (String file : configuration) {
            Files.copy(repository.resolve(file), included.resolve(file.replaceFirst("\\.example$", "")));
        }
        Files.writeString(etc.resolve("postern-sql.conf.ext"), sql(repository, database));
        // The protocols are the installation's choice: Debian's dovecot.conf begins with those whose packages are
        // there.
        Files.writeString(
                etc.resolve("dovecot.conf"), "protocols = imap pop3 lmtp\n!include conf.d/*.conf\n" + ownPorts());
        moreProtocols(included);
        copyHooks();
        for (String directory : List.of("run/dovecot", "run/postern", "run/mysqld", "state", "mail/virtual")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.createDirectories(root.resolve("spool/postfix"));
        Files.createDirectories(root.resolve("spool/postern"));
        shell("chmod 755 " + root + " && chgrp dovecot " + spool() + " && chmod 3730 " + spool());
        if (database.socket() != null) {
            Files.createSymbolicLink(root.resolve("run/mysqld/mysqld.sock"), database.socket());
        }
        accounts();
    }

    private static String sql(Path repository, TestDatabase database) throws IOException {
        String password = database.account("dovecot").password();
        return Files.readString(repository.resolve("postern-sql.conf.ext"))
                .replace("dbname=mail", "dbname=" + database.database())
                .replace("password=dovecot_password", "password=" + password);
    }

    private String ownPorts() {
        return """
                ssl = no
                disable_plaintext_auth = no
                log_path = %s/log
                listen = 127.0.0.1
                login_trusted_networks = 127.0.0.1
                auth_master_user_separator = *
                passdb {
                  driver = static
                  args = password=master
                  master = yes
                  pass = yes
                }
                mail_max_userip_connections = 1000
                service imap-login {
                  inet_listener imap {
                    port = %d
                  }
                  inet_listener imaps {
                    port = 0
                  }
                }
                service pop3-login {
                  inet_listener pop3 {
                    port = %d
                  }
                  inet_listener pop3s {
                    port = 0
                  }
                }
                """.formatted(root, imapPort, pop3Port);
    }

    /** What conf.d/ says of submission and managesieve needs them switched on, and the one a server to pass mail on to. */
    private void moreProtocols(Path included) throws IOException {
        if (!Files.exists(included.resolve("92-postern-more-scripts.conf"))) {
            return;
        }
        Files.writeString(included.resolve("10-more.conf"), """
                protocols = imap pop3 lmtp submission sieve
                submission_relay_host = 127.0.0.1
                submission_relay_port = %d
                service submission-login {
                  inet_listener submission {
                    port = %d
                  }
                  inet_listener submissions {
                    port = 0
                  }
                }
                service managesieve-login {
                  inet_listener sieve {
                    port = %d
                  }
                }
                """.formatted(relayPort, submissionPort, sievePort));
    }

    private void copyHooks() throws IOException {
        Files.createDirectories(hooks());
        try (var scripts = Files.list(TestDatabase.schema().resolveSibling("hook-scripts"))) {
            for (Path script : scripts.toList()) {
                Files.copy(script, hooks().resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private void accounts() throws IOException {
        String passwd = Files.readString(Path.of("/etc/passwd"));
        String group = Files.readString(Path.of("/etc/group"));
        Files.writeString(
                root.resolve("passwd"),
                passwd.contains("\nvmail:") ? passwd : passwd + "vmail:x:5999:5999::/nonexistent:/usr/sbin/nologin\n");
        Files.writeString(root.resolve("group"), group.contains("\nvmail:") ? group : group + "vmail:x:5999:\n");
        shell("chown -R 5999:5999 " + root.resolve("mail"));
    }

    private void launchOrClean(Path postfixQueue) throws IOException {
        try {
            launch(postfixQueue);
        } catch (AssertionError failed) {
            close();
            throw failed;
        }
    }

    private void launch(Path postfixQueue) throws IOException {
        String script = """
                set -e
                mount --bind %1$s/run /run
                mount --bind %1$s/spool /var/spool
                mount --bind %2$s /var/spool/postfix
                mount --bind %1$s/mail /var/mail
                mount --bind %1$s/etc /etc/dovecot
                mount --bind %1$s/state /var/lib/dovecot
                mount --bind %1$s/passwd /etc/passwd
                mount --bind %1$s/group /etc/group
                mount -t overlay -o lowerdir=%1$s/lib:/usr/lib overlay /usr/lib
                exec dovecot -F
                """.formatted(root, postfixQueue);
        master = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(root.resolve("out").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(master::destroy));
        Await.until(
                () -> !master.isAlive() || (Ports.answers(imapPort) && Ports.answers(pop3Port)), PATIENCE, this::said);
        if (!master.isAlive()) {
            throw new AssertionError("dovecot ended: " + said());
        }
    }

    private String said() {
        try {
            return Files.readString(root.resolve("out")) + (Files.exists(root.resolve("log")) ? log() : "");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String inside(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new AssertionError(command + " ended with " + exit + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void shell(String command) {
        inside(List.of("sh", "-c", command), "");
    }

    @Override
    public void close() {
        master.destroy();
        try {
            if (!master.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                master.destroyForcibly();
            }
            try (var files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
