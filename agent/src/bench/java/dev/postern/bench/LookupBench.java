package dev.postern.bench;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code postmap -q -} on the agent's socketmap, on Postfix's own MySQL map with the shipped query and an index, and on
 * a server that does nothing. Nothing asked for is found, as on most days: mailboxes are not full, clients are
 * strangers.
 */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookupBench {

    private static final int MAILBOXES = 100_000;
    private static final int LOOKUPS = 20_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private static final String OURS = "socketmap to postern";
    private static final String MYSQL = "postfix's mysql: map on an index";
    private static final String ECHO = "socketmap to a Netty server that does nothing";
    private static final String POSTMAP = "postmap and the way there and back";

    private Path directory;
    private TestDatabase database;
    private BenchMailboxes mailboxes;
    private AgentConfigFile files;
    private BenchAgent agent;
    private EchoProcess echo;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws IOException {
        RealServers.require("postmap");
        this.directory = directory;
        this.database = database;
        mailboxes = BenchMailboxes.in(database, MAILBOXES);
        files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                "[journal]\ndirectory = \"" + Files.createDirectory(directory.resolve("journal")) + "\"\n");
        agent = BenchAgent.start("lookups", files.file());
        echo = EchoProcess.start(directory.resolve("echo"), agent.javaOptions());
    }

    @AfterAll
    void stop() {
        echo.close();
        agent.close();
    }

    @Test
    void quota() throws Exception {
        Path keys = Postmap.keys(directory.resolve("users"), mailboxes.spread(LOOKUPS));
        compare("quota", "quota", keys);
    }

    @Test
    void relay() throws Exception {
        List<String> strangers = IntStream.range(0, LOOKUPS)
                .mapToObj(i -> "10." + i % 7 + "." + i / 250 + "." + i % 250)
                .toList();
        compare("pop-before-smtp", "pop-before-smtp", Postmap.keys(directory.resolve("strangers"), strangers));
    }

    private void compare(String map, String cf, Path keys) throws Exception {
        String mysql = Postmap.shipped(cf, database, directory);
        String what = map + " lookups/s, postmap -q -";
        RoundsTable table = new InterleavedRounds(ROUNDS)
                .with(OURS, () -> Postmap.ask(socketmap(files.socketmap(), map), keys))
                .with(MYSQL, () -> Postmap.ask(mysql, keys))
                .with(ECHO, () -> Postmap.ask(socketmap(directory.resolve("echo"), map), keys))
                .beside(MYSQL)
                .beside(ECHO)
                .run(what);
        BenchReport.add(ReportRow.ratio(
                ReportTopic.LOOKUPS, what, MYSQL, table.rates(OURS, MYSQL), BenchGoal.atLeast(2), POSTMAP));
        BenchReport.add(ReportRow.ratio(
                ReportTopic.LOOKUPS, what, ECHO, table.rates(OURS, ECHO), BenchGoal.atLeast(0.9), POSTMAP));
    }

    /** Each mailbox is asked for once, so that no row is in the cache: the agent asks the database as the map does. */
    @Test
    void quotaOfStrangers() throws Exception {
        String mysql = Postmap.shipped("quota", database, directory);
        int each = MAILBOXES / (ROUNDS + 1);
        List<String> all = mailboxes.spread(MAILBOXES);
        List<Path> keys = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            keys.add(Postmap.keys(directory.resolve("once" + round), all.subList(round * each, (round + 1) * each)));
        }
        AtomicInteger ours = new AtomicInteger();
        AtomicInteger theirs = new AtomicInteger();
        String what = "quota lookups/s of mailboxes not asked for before";
        RoundsTable table = new InterleavedRounds(ROUNDS)
                .with(OURS, () -> Postmap.ask(socketmap(files.socketmap(), "quota"), keys.get(ours.getAndIncrement())))
                .with(MYSQL, () -> Postmap.ask(mysql, keys.get(theirs.getAndIncrement())))
                .run(what);
        BenchReport.add(ReportRow.ratio(
                ReportTopic.LOOKUPS,
                what,
                MYSQL,
                table.rates(OURS, MYSQL),
                BenchGoal.none(),
                "one question to MySQL each"));
    }

    private static String socketmap(Path socket, String map) {
        return "socketmap:unix:" + socket + ":" + map;
    }
}
