package dev.postern.store;

import dev.postern.config.AgentConfig;
import dev.postern.core.Address;
import dev.postern.core.Event;
import dev.postern.core.Intake;
import dev.postern.core.Ledger;
import dev.postern.core.Mailbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The room's front door: the database as the rest of the agent sees it. */
public final class Store {

    private final Vertx vertx;
    private final BatchWriter writer;
    private final MailboxReader reader;
    private final Flusher flusher;
    private final Availability availability;
    private final Intake intake;

    /**
     * Connects to nothing yet.
     *
     * @param password of the account; never logged
     * @param readBack told of every row that was written, with the addresses that were in the batch
     */
    public Store(
            Vertx vertx,
            AgentConfig config,
            String password,
            Ledger ledger,
            Intake intake,
            BiConsumer<Collection<Address>, Map<Address, Mailbox>> readBack,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.intake = intake;
        MySQLConnectOptions options = DatabaseOptions.of(config.mysql(), password);
        Duration deadline = config.limits().mysqlTimeout();
        this.writer = new BatchWriter(new Link(vertx, options, session(deadline, false), deadline));
        this.reader = new MailboxReader(new Link(vertx, options, session(deadline, true), deadline));
        this.availability = new Availability(where(config.mysql()), meters);
        this.flusher =
                new Flusher(vertx, ledger, intake, writer, readBack, availability, new Backoff(new Random()), meters);
    }

    /** Something has come into the ledger. */
    public void wake() {
        flusher.wake();
    }

    /** Rows for lookups: {@code directory.MailboxSource}. */
    public Future<Map<Address, Mailbox>> load(Collection<Address> addresses) {
        return reader.load(addresses);
    }

    /**
     * Logins that a restart must not forget; asks until the database answers. Until it has, what comes in is not promised.
     */
    public Future<List<Event.Login>> recentLogins(Instant since, int limit) {
        return recentLogins(since, limit, new Backoff(new Random()));
    }

    private Future<List<Event.Login>> recentLogins(Instant since, int limit, Backoff backoff) {
        return writer.check()
                .compose(ready -> reader.recentLogins(since, limit))
                .transform((logins, failure) -> {
                    if (failure == null) {
                        availability.up();
                        intake.resume();
                        return Future.succeededFuture(logins);
                    }
                    availability.down(Trouble.of(failure));
                    intake.stall();
                    return vertx.timer(Math.max(1, backoff.nextMillis()), TimeUnit.MILLISECONDS)
                            .compose(again -> recentLogins(since, limit, backoff));
                });
    }

    /**
     * Writes what still waits and closes.
     *
     * @param atMost how long to try; what is not written then is lost unless its peer still has it
     */
    public Future<Void> close(Duration atMost) {
        return flusher.drain().timeout(atMost.toMillis(), TimeUnit.MILLISECONDS).eventually(() -> {
            writer.close();
            reader.close();
            return Future.succeededFuture();
        });
    }

    /** Waits for locks end before our deadline does, so that no statement of ours outlives our interest in it. */
    private static String session(Duration deadline, boolean autocommit) {
        return "SET SESSION autocommit = " + (autocommit ? 1 : 0) + ", time_zone = '+00:00',"
                + " sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = "
                + Math.max(1, deadline.toSeconds() - 1);
    }

    private static String where(AgentConfig.Mysql mysql) {
        return mysql.socket() == null
                ? mysql.host() + ":" + mysql.port()
                : mysql.socket().toString();
    }
}
