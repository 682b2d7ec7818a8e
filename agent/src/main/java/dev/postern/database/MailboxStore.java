package dev.postern.database;

import dev.postern.config.AgentConfig;
import dev.postern.files.FileWorker;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxFilter;
import dev.postern.model.MailboxPage;
import dev.postern.model.MailboxRows;
import dev.postern.model.Timers;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The room's front door: the database as the rest of the agent sees it. */
public final class MailboxStore {

    /** How many addresses a batch, or a question for rows, may have. */
    public static final int MAX_ROWS = Sql.MAX_ROWS;

    private static final Logger log = LoggerFactory.getLogger(MailboxStore.class);

    private final Vertx vertx;
    private final BatchWriter writer;
    private final MailboxReader reader;
    private final PageReader pages;
    private final Availability availability;
    private final MeterRegistry meters;

    /**
     * Connects to nothing yet.
     *
     * @param password of the account; never logged
     * @param agent by which the database knows this agent's batches: no other may have the same, at most 64 characters
     * @param restoredBatch the last batch of a previous run, which may or may not have been written; 0 = none
     */
    public MailboxStore(
            Vertx vertx, AgentConfig config, String password, String agent, long restoredBatch, MeterRegistry meters) {
        this.vertx = vertx;
        this.meters = meters;
        MysqlOptions access = new MysqlOptions(new FileWorker(vertx, "password", meters), config.mysql(), password);
        Duration deadline = config.limits().mysqlTimeout();
        ServerTrust trust = new ServerTrust(config.mysql(), meters);
        this.writer = new BatchWriter(
                new ReconnectingConnection(vertx, access::options, trust, deadline),
                agent,
                restoredBatch,
                new RejectedRowLog(meters));
        this.reader = new MailboxReader(new ReconnectingConnection(vertx, access::options, trust, deadline), agent);
        this.pages = new PageReader(new ReconnectingConnection(vertx, access::options, trust, deadline), agent);
        this.availability = new Availability(where(config.mysql()), meters);
    }

    /** Whether the database is known to answer. */
    public boolean isUp() {
        return availability.isUp();
    }

    /** Fails unless the schema and the rights are those that this agent needs. */
    Future<Void> check() {
        return writer.check();
    }

    /** Rows for lookups, at most {@value Sql#MAX_ROWS} addresses in one query: {@code directory.MailboxSource}. */
    public Future<MailboxRows> load(Collection<MailAddress> addresses) {
        return reader.load(addresses);
    }

    /**
     * Mailboxes in the order of the key, over a connection of its own: lookups do not wait behind it.
     *
     * @param after the last address of the page before; empty = from the first
     * @param limit how many at most
     */
    public Future<MailboxPage> page(MailboxFilter filter, String after, int limit) {
        return pages.read(filter, after, limit);
    }

    /**
     * Reads the recipients of these addresses, at most {@value Sql#MAX_ROWS} of them:
     * {@code directory.SubscriptionSource}.
     */
    public Future<Map<MailAddress, List<String>>> subscribers(Collection<MailAddress> addresses, int most) {
        return reader.subscribers(addresses, most);
    }

    /**
     * What writes the pending changes here.
     *
     * @param readBack receives the addresses of every written batch, and the rows that exist
     */
    public Flusher flusher(
            PendingChanges pending,
            EventIntake intake,
            BiConsumer<Collection<MailAddress>, MailboxRows> readBack,
            Timers timers) {
        return new Flusher(
                action -> vertx.runOnContext(later -> action.run()),
                timers,
                pending,
                intake,
                writer,
                readBack,
                availability,
                backoff(),
                meters);
    }

    /**
     * Active mailboxes with a login since a moment, which a restart must not forget; asks until the database answers.
     *
     * @param limit how many at most, those of the newest logins
     */
    public Future<MailboxRows> recentlyLoggedIn(Instant since, int limit) {
        return reader.recentlyLoggedIn(since, limit)
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("reason", DatabaseError.of(failure).text())
                        .log("logins before the start not read yet"))
                .recover(failure -> recentlyLoggedIn(since, limit, backoff()));
    }

    private Future<MailboxRows> recentlyLoggedIn(Instant since, int limit, Backoff backoff) {
        return vertx.timer(backoff.nextMillis(), TimeUnit.MILLISECONDS)
                .compose(again -> reader.recentlyLoggedIn(since, limit))
                .recover(failure -> recentlyLoggedIn(since, limit, backoff));
    }

    public void close() {
        writer.close();
        reader.close();
        pages.close();
    }

    private static Backoff backoff() {
        return new Backoff(new Random());
    }

    private static String where(AgentConfig.MysqlSection mysql) {
        return mysql.socket() == null
                ? mysql.host() + ":" + mysql.port()
                : mysql.socket().toString();
    }
}
