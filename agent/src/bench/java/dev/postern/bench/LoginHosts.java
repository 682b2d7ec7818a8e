package dev.postern.bench;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** An agent, and for each way to report a login a Dovecot that uses only that way, all up at once. */
final class LoginHosts implements AutoCloseable {

    /** Mailboxes of each way. */
    static final int USERS = 100;

    static final LoginSetup NONE = LoginSetup.none();

    /** Mailboxes whose logins are reported to nothing that records them. */
    private static final Set<String> UNTOLD = Set.of(NONE.label(), "exec", "stub");

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final List<Pop3Dovecot> dovecots = new ArrayList<>();
    private final TestDatabase database;
    private final Path directory;
    private final AgentConfigFile files;
    private final DictStub stub;
    private BenchAgent agent;

    private LoginHosts(TestDatabase database, Path directory) throws IOException {
        this.database = database;
        this.directory = directory;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        // The dict socket is for the owner of the mail.
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%s"
                mode = "0666"

                [postlogin]
                pop3 = "%s"

                [journal]
                directory = "%s"
                """.formatted(
                        dict(), postlogin(), Files.createDirectory(directory.resolve("journal"))));
        TestCommand.of("chgrp", "dovecot", files.spool()).output();
        TestCommand.of("chmod", "3730", files.spool()).output();
        stub = new DictStub(stubs());
        Files.setPosixFilePermissions(stubs(), PosixFilePermissions.fromString("rw-rw-rw-"));
        agent = BenchAgent.start("logins", files.file());
    }

    static LoginHosts start(TestDatabase database, Path directory) throws IOException {
        DovecotServer.require();
        RealServers.require("dash", "nc.openbsd", "mariadb");
        LoginHosts hosts = new LoginHosts(database, directory);
        for (LoginSetup way : hosts.ways()) {
            hosts.dovecots.add(Pop3Dovecot.start(directory.resolve("d"), way));
            database.execute("INSERT INTO user (email) SELECT CONCAT('user', seq, '@" + way.label()
                    + ".example') FROM seq_0_to_" + (USERS - 1));
        }
        return hosts;
    }

    /** All of them. */
    List<Pop3Dovecot> dovecots() {
        return List.copyOf(dovecots);
    }

    /** Those whose way fits. */
    List<Pop3Dovecot> dovecotsThat(Predicate<LoginSetup> fits) {
        return dovecots.stream().filter(dovecot -> fits.test(dovecot.way())).toList();
    }

    /** The one that is running. */
    PackagedAgent agent() {
        return agent.process();
    }

    /** A new agent after an ended one, with nothing left to be caught up with. */
    void startAgent() {
        agent = BenchAgent.start("logins", files.file());
        awaitEmptySpool();
    }

    /** Waits until the agent has taken in what hooks have left. */
    void awaitEmptySpool() {
        Await.until(() -> spooled().length == 0, TIMEOUT, () -> spooled().length + " files in the spool");
    }

    /** Waits until each mailbox whose login was reported has a time, and fails when another one has. */
    void awaitTold(LoginSetup way) {
        boolean told = !UNTOLD.contains(way.label());
        String untold =
                "SELECT COUNT(*) AS n FROM user WHERE lasttime IS NULL AND email LIKE '%@" + way.label() + ".example'";
        Await.until(
                () -> ((Number) database.query(untold).get(0).get("n")).intValue() == (told ? 0 : USERS),
                TIMEOUT,
                () -> way.name() + ": " + database.query(untold) + " not told of");
    }

    private String[] spooled() {
        String[] names = files.spool().toFile().list();
        if (names == null) {
            throw new UncheckedIOException(new IOException("no spool"));
        }
        return names;
    }

    private List<LoginSetup> ways() throws IOException {
        List<LoginSetup> ways = new ArrayList<>(List.of(
                NONE,
                LoginSetup.script(LoginSetup.EXEC, "exec", script("exec", "exec \"$@\""), Map.of()),
                LoginSetup.lastLogin(
                        "postern, by last_login and the dict socket", "dict", dict(), Map.of(LoginSetup.NONE, 0.97)),
                LoginSetup.lastLogin(LoginSetup.STUB, "stub", stubs(), Map.of()),
                LoginSetup.script("postern's script, by socket", "socket", hook("socket"), goals(0.85, 1.4)),
                LoginSetup.script("postern's script, by spool", "spool", hook("spool"), goals(0.97, 1.6)),
                LoginSetup.script(LoginSetup.SEED, "mysql", script("mysql", SeedScript.on(database)), Map.of())));
        if (Files.exists(postlogin())) {
            ways.add(2, LoginSetup.socket("postern's own post-login socket", "native", postlogin()));
        }
        return ways;
    }

    private static Map<String, Double> goals(double besideExec, double besideSeed) {
        Map<String, Double> goals = new LinkedHashMap<>();
        goals.put(LoginSetup.EXEC, besideExec);
        goals.put(LoginSetup.SEED, besideSeed);
        return goals;
    }

    private Path dict() {
        return directory.resolve("dict.sock");
    }

    private Path stubs() {
        return directory.resolve("stub.sock");
    }

    private Path postlogin() {
        return directory.resolve("pop3.sock");
    }

    /** The hook as it is installed, with other paths at its top. */
    private Path hook(String via) throws IOException {
        String shipped = Files.readString(
                TestDatabase.schema().resolveSibling("hook-scripts").resolve("imap-postlogin"));
        String hook = shipped.replace("/run/postern/events.sock", files.events().toString())
                .replace("/var/spool/postern", files.spool().toString())
                .replace("via=${POSTERN_VIA:-socket}", "via=" + via);
        return executable(
                Files.createDirectories(directory.resolve("hooks").resolve(via)).resolve("pop3-postlogin"), hook);
    }

    private Path script(String name, String body) throws IOException {
        return executable(directory.resolve(name + ".sh"), "#!/bin/sh\n" + body + "\n");
    }

    private static Path executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void close() throws IOException {
        dovecots.forEach(Pop3Dovecot::close);
        agent.close();
        stub.close();
    }
}
