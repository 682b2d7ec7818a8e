package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCertificates;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A host as the READMEs make it: database, Postfix, Dovecot, and the agent as a user of its own, each with the shipped
 * files where they belong; and {@code postern check} as root beside them.
 */
final class Installation implements AutoCloseable {

    private final Path directory;
    private final TestDatabase database;
    private final Path config;
    private final Path jar;
    private final PostfixServer postfix;
    private final DovecotServer dovecot;
    private PackagedAgent agent;
    private String text;
    private final CheckProcess checks;
    private final int httpPort = Ports.free();

    private Installation(
            Path directory, TestDatabase database, PostfixServer postfix, DovecotServer dovecot, CheckProcess checks) {
        this.directory = directory;
        this.database = database;
        this.postfix = postfix;
        this.dovecot = dovecot;
        this.checks = checks;
        this.config = directory.resolve("postern.toml");
        this.jar = directory.resolve("postern.jar");
        file("mysql.password", database.account("postern").password());
        file("postern.toml", """
                [mysql]
                host = "%s"
                port = %d
                database = "%s"
                password_file = "%s/mysql.password"
                [events]
                socket = "/run/postern/events.sock"
                group = "dovecot"
                spool = "/var/spool/postern"
                [dict]
                socket = "/run/postern/dict.sock"
                group = "vmail"
                [postlogin]
                imap = "/run/postern/imap-postlogin.sock"
                pop3 = "/run/postern/pop3-postlogin.sock"
                [warning]
                quota = "/run/postern/quota-warning.sock"
                over = "/run/postern/quota-over.sock"
                group = "vmail"
                [socketmap]
                socket = "%6$s/lookup"
                [policy]
                socket = "%6$s/policy"
                [journal]
                directory = "%5$s/journal"
                [http]
                tokens_file = "%5$s/tokens"
                listen = "127.0.0.1:%7$d"
                tls_certificate = "%5$s/http.crt"
                tls_key = "%5$s/http.key"
                [limits]
                cache_time = "100ms"
                """.formatted(
                        database.host(),
                        database.port(),
                        database.database(),
                        directory,
                        directory,
                        postfix.queueDirectory().resolve("postern"),
                        httpPort));
        file("tokens", "");
        new TestCertificates(directory).make("http");
    }

    /**
     * Installs everything and starts it.
     *
     * @param directory that any user may enter
     * @param configuration as for {@link DovecotServer#start}
     */
    static Installation start(Path directory, TestDatabase database, DovecotVersion version, String... configuration) {
        version.require();
        PostfixServer.require();
        RealServers.require("setpriv", "openssl");
        PostfixServer postfix = PostfixServer.startWithoutSink(
                PostfixServer.PostfixForm.POLICY,
                new PostfixServer.PostfixSql(
                        "inet:" + database.host() + ":" + database.port(),
                        database.database(),
                        "postfix",
                        database.account("postfix").password()));
        DovecotServer dovecot = null;
        try {
            dovecot = DovecotServer.start(version, database, postfix.queueDirectory(), configuration);
            open(directory);
            Path jar = Files.copy(PackagedAgent.jar(), directory.resolve("postern.jar"));
            Installation host = new Installation(
                    directory,
                    database,
                    postfix,
                    dovecot,
                    CheckProcess.start(dovecot.beside(), jar, environment(directory, postfix, dovecot)));
            host.handOver();
            host.startAgent();
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            if (dovecot != null) {
                dovecot.close();
            }
            postfix.close();
            throw e;
        }
    }

    private static void open(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /**
     * Where programs are: Postfix's with its configuration; Dovecot's in the root directory that it is installed in.
     */
    private static Map<String, String> environment(Path directory, PostfixServer postfix, DovecotServer dovecot)
            throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        if (!dovecot.installedIn().equals(Path.of("/"))) {
            Path doveconf = Files.writeString(
                    bin.resolve("doveconf"),
                    "#!/bin/sh\nexec chroot " + dovecot.installedIn() + " /usr/bin/doveconf \"$@\"\n");
            Files.setPosixFilePermissions(doveconf, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return Map.of(
                "PATH",
                bin + ":/usr/sbin:/usr/bin:/sbin:/bin",
                "MAIL_CONFIG",
                postfix.configDirectory().toString());
    }

    /** To the agent's user, what tmpfiles.d, the systemd unit and the READMEs give it. */
    private void handOver() throws IOException {
        String id = dovecot.agentId();
        Files.createDirectory(directory.resolve("journal"));
        TestCommand.of("chmod", "0700", directory.resolve("journal")).output();
        TestCommand.of(
                        "chown",
                        id,
                        directory.resolve("journal"),
                        dovecot.postern(),
                        dovecot.spool(),
                        postfix.queueDirectory().resolve("postern"))
                .output();
        for (String name : List.of("postern.toml", "mysql.password", "tokens", "http.key")) {
            TestCommand.of("chgrp", id, directory.resolve(name)).output();
            TestCommand.of("chmod", "0640", directory.resolve(name)).output();
        }
    }

    void startAgent() {
        agent = PackagedAgent.start(dovecot.besideAsAgent(), jar, config);
    }

    void stopAgent() {
        agent.stop();
    }

    void restartAgent() {
        stopAgent();
        startAgent();
    }

    /** Runs {@code postern check}; the problems that it prints, without the program's name. */
    List<String> check(String... options) {
        CheckProcess.CheckResult result = run(options);
        List<String> lines = result.out()
                .lines()
                .map(line -> line.replaceFirst("^postern: ", "").replace(directory.toString(), "DIR"))
                .toList();
        assertThat(result.exit()).as(result.toString()).isEqualTo(lines.isEmpty() ? 0 : 1);
        return lines;
    }

    CheckProcess.CheckResult run(String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "check";
        words[1] = "--config";
        words[2] = config.toString();
        System.arraycopy(options, 0, words, 3, options.length);
        return checks.run(words);
    }

    /** A file of the agent's directory. */
    void file(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    int httpPort() {
        return httpPort;
    }

    PostfixServer postfix() {
        return postfix;
    }

    DovecotServer dovecot() {
        return dovecot;
    }

    PackagedAgent agent() {
        return agent;
    }

    /** Gives Postfix the parameters of one of the shipped forms. */
    void postfixForm(PostfixServer.PostfixForm form) {
        Path shipped = TestDatabase.schema().resolveSibling("postfix");
        Path file = form == PostfixServer.PostfixForm.MYSQL
                ? shipped.resolve("main.cf")
                : shipped.resolve(form.name().toLowerCase(Locale.ROOT)).resolve("main.cf");
        try (var lines = Files.lines(file)) {
            postconf("-e", lines.filter(line -> line.startsWith("postern_")).toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Changes Postfix's files, long ago: with what is younger than a second each of its programs waits before it is
     * read.
     */
    void postconf(String option, String... settings) {
        List<Object> words = new ArrayList<>(List.of("postconf", "-c", postfix.configDirectory(), option));
        words.addAll(List.of(settings));
        TestCommand.of(words.toArray()).output();
        beside("touch -d '1 minute ago' $MAIL_CONFIG/main.cf $MAIL_CONFIG/master.cf");
    }

    /** Puts other words into postern.toml. */
    void rewrite(String words, String others) {
        try {
            text = Files.readString(config);
            assertThat(text).contains(words);
            Files.writeString(config, text.replace(words, others));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it was before. */
    void restoreConfig() {
        file("postern.toml", text);
    }

    TestDatabase database() {
        return database;
    }

    /** Runs {@code postern check} while a file names a socket that is not there and a server listens at another. */
    List<String> checkWithoutSocket(String file, String words, String others) {
        String saved = file + ".sound";
        Path listening = directory.resolve("mysqld.sock");
        beside("cp -a " + file + " " + saved + " && sed -i 's#" + words + "#" + others + "#' " + file);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(listening));
            return check();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            beside("mv " + saved + " " + file + "; rm -f " + listening);
        }
    }

    /** Runs a command beside Dovecot, as root; MAIL_CONFIG is Postfix's configuration. */
    void beside(String script) {
        List<String> words = new ArrayList<>(dovecot.beside());
        words.addAll(List.of("env", "MAIL_CONFIG=" + postfix.configDirectory(), "sh", "-c", script));
        TestCommand.of(words.toArray()).output();
    }

    @Override
    public void close() {
        checks.close();
        if (agent != null) {
            agent.close();
        }
        dovecot.close();
        postfix.close();
    }
}
