package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.AgentProcess;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main line beside what people would use instead, in one interleaved run: {@code mvn -Pbench verify}. It asserts only
 * that the work was done.
 */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainLineBench {

    private static final int MAILBOXES = 100_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private static final int BATCH = 512;
    private static final String BEST = "nothing but the same batches, prepared, 1 connection";
    private static final String POOL = "prepared UPDATE a row, 4 connections, autocommit";

    private TestDatabase database;
    private AgentConfigFile files;
    private AgentProcess agent;
    private List<String> users;
    private int run;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws Exception {
        this.database = database;
        users = IntStream.range(0, MAILBOXES)
                .mapToObj(i -> "user" + i + "@example.org")
                .collect(Collectors.toList());
        Collections.shuffle(users, new Random(1));
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO user (email) VALUES (?)")) {
            connection.setAutoCommit(false);
            for (String user : users) {
                insert.setString(1, user);
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
        database.execute("ANALYZE TABLE user");
        files = AgentConfigFile.in(directory, database);
        long begin = System.nanoTime();
        agent = AgentProcess.start(files.file());
        System.out.printf(
                "start to ready: %d ms, resident then: %d MiB%n",
                (System.nanoTime() - begin) / 1_000_000, agent.residentBytes() >> 20);
    }

    @AfterAll
    void stop() {
        System.out.printf("resident at the end: %d MiB%n", agent.residentBytes() >> 20);
        agent.close();
    }

    @Test
    void eventsIntoTheDatabase() throws Exception {
        new Rounds(ROUNDS)
                .with("postern, 100,000 distinct mailboxes, all answered OK", () -> pour(users, 1))
                .with("postern, 10 events each for 10,000 mailboxes", () -> pour(users.subList(0, 10_000), 10))
                .with(BEST, () -> batches(users))
                .with(POOL, () -> updates(4, 10_000))
                .with("prepared UPDATE a row, 1 connection, autocommit", () -> updates(1, 5_000))
                .beside(BEST)
                .beside(POOL)
                .run("events/s into " + database.server());
    }

    @Test
    void lookups(@TempDir Path directory) throws Exception {
        Path keys = directory.resolve("keys");
        List<String> asked = users.subList(0, 20_000);
        Files.write(keys, asked);
        Path map = directory.resolve("quota.cf");
        Files.writeString(map, mysqlMap());
        String socketmap = "socketmap:unix:" + files.socketmap() + ":quota";
        new Rounds(ROUNDS)
                .with("socketmap to postern", () -> postmap(keys, socketmap, asked.size()))
                .with("mysql: map on the same row", () -> postmap(keys, "mysql:" + map, asked.size()))
                .run("quota lookups/s, postmap -q -, one client");
    }

    private long pour(List<String> mailboxes, int times) throws Exception {
        run++;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < times; i++) {
            for (String user : mailboxes) {
                lines.append("quota\tuser=")
                        .append(user)
                        .append("\tbytes=")
                        .append(run)
                        .append("\tmessages=1\n");
            }
        }
        int count = mailboxes.size() * times;
        try (LineClient client = new LineClient(files.events())) {
            assertThat(client.send(lines.toString(), count)).isEqualTo(count);
        }
        return count;
    }

    private long updates(int connections, int rows) throws Exception {
        run++;
        var pool = Executors.newFixedThreadPool(connections);
        try {
            int share = rows / connections;
            List<Callable<Void>> tasks = IntStream.range(0, connections)
                    .<Callable<Void>>mapToObj(i -> () -> update(users.subList(i * share, (i + 1) * share)))
                    .toList();
            for (var task : pool.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            pool.shutdown();
        }
        return rows;
    }

    private Void update(List<String> mailboxes) throws Exception {
        try (Connection connection = connectPreparing();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE user SET bytes = ?, messages = 1 WHERE email = ?")) {
            for (String user : mailboxes) {
                update.setLong(1, run);
                update.setString(2, user);
                update.executeUpdate();
            }
        }
        return null;
    }

    /** The fastest shape there is: sets of rows joined to the table, sorted, each a transaction. */
    private long batches(List<String> mailboxes) throws Exception {
        run++;
        try (Connection connection = connectPreparing();
                PreparedStatement update = connection.prepareStatement("UPDATE (SELECT ? AS e, ? AS b, ? AS m"
                        + " UNION ALL SELECT ?, ?, ?".repeat(BATCH - 1)
                        + ") d STRAIGHT_JOIN user u ON u.email = d.e SET u.bytes = d.b, u.messages = d.m")) {
            for (int from = 0; from < mailboxes.size(); from += BATCH) {
                int to = Math.min(from + BATCH, mailboxes.size());
                fill(update, mailboxes.subList(from, to).stream().sorted().toList());
                assertThat(update.executeUpdate()).isEqualTo(to - from);
            }
        }
        return mailboxes.size();
    }

    private void fill(PreparedStatement update, List<String> batch) throws SQLException {
        for (int row = 0; row < BATCH; row++) {
            boolean there = row < batch.size();
            update.setObject(3 * row + 1, there ? batch.get(row) : null);
            update.setObject(3 * row + 2, there ? run : null);
            update.setObject(3 * row + 3, there ? 1 : null);
        }
    }

    private Connection connectPreparing() throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl() + "&useServerPrepStmts=true",
                database.server().user(),
                database.server().password());
    }

    private String mysqlMap() {
        return """
                user = %s
                password = %s
                hosts = inet:%s:%d
                dbname = %s
                domain = example.org
                query = SELECT '452 4.2.2 Mailbox is over quota' FROM user WHERE email = '%%s' AND over_quota
                """.formatted(
                        database.account("postfix").user(),
                        database.account("postfix").password(),
                        database.host(),
                        database.port(),
                        database.database());
    }

    private static long postmap(Path keys, String map, int count) throws Exception {
        Process process = new ProcessBuilder("postmap", "-q", "-", map)
                .redirectInput(keys.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(output).isEmpty();
        return count;
    }
}
