package dev.postern.agent;

import dev.postern.testing.Await;
import dev.postern.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What others do at the agent's database, and to its connections. */
record DatabaseSessions(TestDatabase database) {

    private static final String OURS = "SELECT id FROM information_schema.processlist WHERE user = 'postern'";

    /** Until none is ours: one that is killed is still there for a moment, and then we may be the first at the next. */
    void takeAllInPlaceOfUs(List<Connection> taken, String user) {
        Await.until(
                () -> {
                    takeAll(taken, user);
                    List<Object> ours = ours(taken);
                    ours.forEach(this::kill);
                    return ours.isEmpty();
                },
                Duration.ofSeconds(30),
                () -> "still there: " + ours(taken));
    }

    private void takeAll(List<Connection> taken, String user) {
        try {
            while (true) {
                taken.add(database.connectAs(user));
            }
        } catch (SQLException noneLeft) {
            // Which is what was wanted.
        }
    }

    void killOurs() {
        ours(List.of()).forEach(this::kill);
    }

    /** The agent's connections; others have the same account perhaps. */
    List<Object> ours(List<Connection> others) {
        List<String> theirs = others.stream().map(DatabaseSessions::id).toList();
        return database.query(OURS).stream()
                .map(row -> row.get("id"))
                .filter(id -> !theirs.contains(id.toString()))
                .toList();
    }

    private static String id(Connection connection) {
        try (var id = connection.createStatement().executeQuery("SELECT CONNECTION_ID()")) {
            id.next();
            return id.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void kill(Object id) {
        try (Connection root = database.connect()) {
            root.createStatement().execute("KILL CONNECTION " + id);
        } catch (SQLException gone) {
            // By itself.
        }
    }

    static void lock(Connection other, String user) throws SQLException {
        other.setAutoCommit(false);
        other.createStatement().execute("UPDATE user SET messages = 1 WHERE email = '" + user + "@example.org'");
    }

    /** Not by INNODB_TRX: its content is renewed only after a tenth of a second without a query. */
    boolean isOneWaitingForALock() {
        return status("Innodb_row_lock_current_waits") > 0;
    }

    long deadlocks() {
        return status("Innodb_deadlocks");
    }

    private long status(String name) {
        return Long.parseLong(database.query("SHOW GLOBAL STATUS LIKE '" + name + "'")
                .get(0)
                .get("Value")
                .toString());
    }
}
