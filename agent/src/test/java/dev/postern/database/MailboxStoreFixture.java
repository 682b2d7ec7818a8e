package dev.postern.database;

import dev.postern.config.AgentConfig;
import dev.postern.model.Event;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.RecipientDelimiter;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A store on a real database, with pending changes before it and the account that the schema gives the agent. */
final class MailboxStoreFixture implements AutoCloseable {

    private final String agent = UUID.randomUUID().toString();

    final TestDatabase database;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final MailboxStore store;
    private final Vertx vertx = Vertx.vertx();
    private final PendingChanges pending = new PendingChanges(10_000, 512, 1, InstantSource.system());
    private final EventIntake intake =
            new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 100), InstantSource.system());
    private Map<MailAddress, Mailbox> readBack = Map.of();

    MailboxStoreFixture(TestDatabase database) {
        this(database, Duration.ofSeconds(2));
    }

    /** With a deadline of the test's own for each statement. */
    MailboxStoreFixture(TestDatabase database, Duration deadline) {
        this.database = database;
        store = new MailboxStore(
                vertx, config(database, deadline), database.account("postern").password(), agent, 0, meters);
    }

    /** Brings events into the database; returns when they are there. */
    void flush(Event... events) throws TimeoutException {
        await(start(events));
    }

    /** The same; complete when they are there. */
    Future<Void> start(Event... events) {
        Promise<Void> drained = Promise.promise();
        vertx.runOnContext(now -> {
            Flusher flusher = store.flusher(pending, intake, (asked, rows) -> readBack = rows.found(), this::after);
            for (Event event : events) {
                intake.accept(event);
            }
            drained(flusher).onComplete(drained);
        });
        return drained.future();
    }

    /** However often the database is away meanwhile. */
    private static Future<Void> drained(Flusher flusher) {
        return flusher.drain().recover(away -> drained(flusher));
    }

    /** What the last batch has read back. */
    Map<MailAddress, Mailbox> readBack() {
        return readBack;
    }

    /** Complete when the database counts as away. */
    Future<Void> stalled() {
        Promise<Void> stalled = Promise.promise();
        intake.listen(new EventIntake.DurabilityListener() {
            @Override
            public void durable(long upTo) {}

            @Override
            public void stalled() {
                stalled.tryComplete();
            }
        });
        return stalled.future();
    }

    /** The four columns of a row, as text. */
    Map<String, String> row(String user) {
        Map<String, String> columns = new HashMap<>();
        database.query(
                        "SELECT lastip, CAST(lasttime AS CHAR) AS lasttime, CAST(bytes AS CHAR) AS bytes,"
                                + " CAST(messages AS CHAR) AS messages FROM user WHERE email = ?",
                        user + "@example.org")
                .get(0)
                .forEach((name, value) -> columns.put(name, value == null ? null : value.toString()));
        return columns;
    }

    static MailAddress address(String user) {
        return new MailAddress(user + "@example.org");
    }

    static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws TimeoutException {
        store.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private Runnable after(Duration delay, Runnable action) {
        long timer = vertx.setTimer(delay.toMillis(), fired -> action.run());
        return () -> vertx.cancelTimer(timer);
    }

    private static AgentConfig config(TestDatabase database, Duration deadline) {
        AgentConfig.MysqlSection mysql = new AgentConfig.MysqlSection(
                database.host(),
                database.port(),
                null,
                database.database(),
                database.account("postern").user(),
                null,
                AgentConfig.TlsMode.OFF,
                null);
        AgentConfig.LimitsSection limits = new AgentConfig.LimitsSection(
                1000, 1000, 1000, 100, deadline, Duration.ofSeconds(10), Duration.ofSeconds(10));
        return new AgentConfig(
                mysql,
                null,
                null,
                null,
                null,
                null,
                null,
                new AgentConfig.Addresses(new RecipientDelimiter("+")),
                new AgentConfig.QuotaSection("452 4.2.2 Mailbox is over quota"),
                new AgentConfig.RelaySection(Duration.ofMinutes(1), List.of(), null, 128),
                null,
                null,
                limits,
                new AgentConfig.LogSection("info"),
                new AgentConfig.WebSection("postern_admin", null));
    }
}
