package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** The same figures written by a client that does nothing else. */
record UpdateBaselines(TestDatabase database) {

    private static final int BATCH = 512;

    /** A prepared UPDATE a row, each a transaction. */
    long rowByRow(int connections, List<String> mailboxes, long figure) throws Exception {
        int share = mailboxes.size() / connections;
        ExecutorService pool = Executors.newFixedThreadPool(connections);
        try {
            List<Callable<Void>> tasks = IntStream.range(0, connections)
                    .<Callable<Void>>mapToObj(i -> () -> update(mailboxes.subList(i * share, (i + 1) * share), figure))
                    .toList();
            for (var task : pool.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            pool.shutdown();
        }
        return (long) share * connections;
    }

    private Void update(List<String> mailboxes, long figure) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE user SET bytes = ?, messages = 1 WHERE email = ?")) {
            for (String user : mailboxes) {
                update.setLong(1, figure);
                update.setString(2, user);
                update.executeUpdate();
            }
        }
        return null;
    }

    /** The fastest shape there is: sets of rows joined to the table, sorted, each a transaction. */
    long batches(List<String> mailboxes, long figure) throws SQLException {
        return batches(mailboxes, figure, false);
    }

    /** The same, and each batch's rows are read back behind it, as the agent has to for what it answers from memory. */
    long batchesReadBack(List<String> mailboxes, long figure) throws SQLException {
        return batches(mailboxes, figure, true);
    }

    private long batches(List<String> mailboxes, long figure, boolean readBack) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement read = connection.prepareStatement(
                        "SELECT d.e, u.active, u.lastip, u.lasttime, u.bytes, u.messages, u.max_bytes, u.max_messages"
                                + " FROM (SELECT ? AS e" + " UNION ALL SELECT ?".repeat(BATCH - 1)
                                + ") d STRAIGHT_JOIN user u ON u.email = d.e");
                PreparedStatement update = connection.prepareStatement("UPDATE (SELECT ? AS e, ? AS b, ? AS m"
                        + " UNION ALL SELECT ?, ?, ?".repeat(BATCH - 1)
                        + ") d STRAIGHT_JOIN user u ON u.email = d.e SET u.bytes = d.b, u.messages = d.m")) {
            for (int from = 0; from < mailboxes.size(); from += BATCH) {
                int to = Math.min(from + BATCH, mailboxes.size());
                fill(update, mailboxes.subList(from, to).stream().sorted().toList(), figure);
                assertThat(update.executeUpdate()).isEqualTo(to - from);
                if (readBack) {
                    read(read, mailboxes.subList(from, to));
                }
            }
        }
        return mailboxes.size();
    }

    private static void read(PreparedStatement read, List<String> batch) throws SQLException {
        for (int row = 0; row < BATCH; row++) {
            read.setString(row + 1, row < batch.size() ? batch.get(row) : null);
        }
        int rows = 0;
        try (ResultSet found = read.executeQuery()) {
            while (found.next()) {
                rows++;
            }
        }
        assertThat(rows).isEqualTo(batch.size());
    }

    private static void fill(PreparedStatement update, List<String> batch, long figure) throws SQLException {
        for (int row = 0; row < BATCH; row++) {
            boolean there = row < batch.size();
            update.setObject(3 * row + 1, there ? batch.get(row) : null);
            update.setObject(3 * row + 2, there ? figure : null);
            update.setObject(3 * row + 3, there ? 1 : null);
        }
    }

    /** By the server's Unix socket where it has one. */
    private Connection connect() throws SQLException {
        String socket = database.socket() == null ? "" : "&localSocket=" + database.socket();
        return DriverManager.getConnection(
                database.jdbcUrl() + "&useServerPrepStmts=true" + socket,
                database.server().user(),
                database.server().password());
    }
}
