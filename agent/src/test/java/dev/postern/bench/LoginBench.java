package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.AgentProcess;
import dev.postern.testing.Await;
import dev.postern.testing.Command;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.Peers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** POP3 logins on a real Dovecot 2.3 for each way to tell of them: one Dovecot a way, all up at once, rounds interleaved. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginBench {

    private static final int USERS = 100;
    private static final int LOGINS = 400;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private final List<Pop3Dovecot> dovecots = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private TestDatabase database;
    private Path directory;
    private AgentConfigFile files;
    private AgentProcess agent;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws Exception {
        DovecotServer.require();
        Peers.require("dash", "nc.openbsd", "mariadb");
        this.database = database;
        this.directory = directory;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        files = AgentConfigFile.in(
                directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%s"
                mode = "0666"

                [postlogin]
                pop3 = "%s"
                """.formatted(dict(), postlogin()));
        Command.of("chgrp", "dovecot", files.spool()).output();
        Command.of("chmod", "3730", files.spool()).output();
        agent = AgentProcess.start(files.file());
        for (LoginWay way : ways()) {
            dovecots.add(Pop3Dovecot.start(directory, way));
            database.execute("INSERT INTO user (email) SELECT CONCAT('user', seq, '@" + way.label()
                    + ".example') FROM seq_0_to_" + (USERS - 1));
        }
    }

    @AfterAll
    void stop() {
        dovecots.forEach(Pop3Dovecot::close);
        agent.close();
    }

    @Test
    void fourClients() throws Exception {
        rounds(4);
    }

    @Test
    void sixteenClients() throws Exception {
        rounds(16);
    }

    private void rounds(int clients) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            Rounds rounds = new Rounds(ROUNDS);
            for (Pop3Dovecot dovecot : dovecots) {
                rounds.timed(dovecot.way().name(), () -> logins(dovecot, threads, clients));
            }
            rounds.beside("no hook").beside("a script with only exec").beside("the seed's mysql script");
            rounds.run("POP3 logins/s, " + clients + " clients at once");
        } finally {
            threads.shutdown();
        }
        for (Pop3Dovecot dovecot : dovecots) {
            assertThat(dovecot.log().lines().filter(line -> line.contains("Error:")))
                    .isEmpty();
            awaitTold(dovecot.way());
        }
    }

    private long[] logins(Pop3Dovecot dovecot, ExecutorService threads, int clients) throws Exception {
        Callable<long[]> client = () -> {
            long[] nanos = new long[LOGINS / clients];
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = dovecot.login(next.getAndIncrement() % USERS);
                assertThat(nanos[i]).isPositive();
            }
            return nanos;
        };
        LongStream all = LongStream.empty();
        for (var done : threads.invokeAll(
                IntStream.range(0, clients).mapToObj(i -> client).toList())) {
            all = LongStream.concat(all, LongStream.of(done.get()));
        }
        return all.toArray();
    }

    /** Whoever logged in has a time, where somebody was told. */
    private void awaitTold(LoginWay way) {
        boolean told = !List.of("none", "exec").contains(way.label());
        String untold =
                "SELECT COUNT(*) AS n FROM user WHERE lasttime IS NULL AND email LIKE '%@" + way.label() + ".example'";
        Await.until(
                () -> ((Number) database.query(untold).get(0).get("n")).intValue() == (told ? 0 : USERS),
                Duration.ofSeconds(10),
                () -> way.name() + ": " + database.query(untold) + " not told of");
    }

    private List<LoginWay> ways() throws IOException {
        List<LoginWay> ways = new ArrayList<>(List.of(
                LoginWay.none(),
                LoginWay.script("a script with only exec", "exec", script("exec", "exec \"$@\"")),
                LoginWay.script("postern's script, by socket", "socket", hook("socket")),
                LoginWay.script("postern's script, by spool", "spool", hook("spool")),
                LoginWay.script("the seed's mysql script", "mysql", script("mysql", SeedScript.on(database)))));
        if (Files.exists(dict())) {
            ways.add(2, LoginWay.lastLogin("postern, by last_login and the dict socket", "dict", dict()));
        }
        if (Files.exists(postlogin())) {
            ways.add(2, LoginWay.socket("postern's own post-login socket", "native", postlogin()));
        }
        return ways;
    }

    private Path dict() {
        return directory.resolve("dict.sock");
    }

    private Path postlogin() {
        return directory.resolve("pop3.sock");
    }

    /** The hook as it is installed, but for the paths at its top. */
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
}
