package dev.postern.mailbox;

import dev.postern.model.FailureText;
import dev.postern.model.MailAddress;
import dev.postern.model.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions to the source: one query under way at a time, and what is asked meanwhile is gathered into the next one. An
 * address is in one of them at most, however many ask.
 *
 * <p>When the source fails, or does not answer for {@link #TIMEOUT}, it counts as away: questions with a last known
 * answer get that. A question waits no longer than {@link #TIMEOUT} for its last known answer, also while it is being
 * gathered behind a query that hangs. After a failure the source is left alone for {@link #PAUSE}.
 *
 * @param <E> the answers
 */
public final class CoalescingLoader<E> {

    /** Asks the database. */
    @FunctionalInterface
    public interface BatchSource<E> {

        /**
         * Asks about all these addresses at once.
         *
         * @param asOf now, in milliseconds since 1970
         * @return the answer for each of them; fails when the database does not answer within its deadline
         */
        Future<Function<MailAddress, E>> load(List<MailAddress> addresses, long asOf);
    }

    /** Addresses in one query; a size in which the store has a statement prepared. */
    static final int MAX_ADDRESSES = 64;

    /** Addresses that may wait; beyond it a load fails at once. */
    static final int MAX_WAITING = 10_000;

    /**
     * Two of them are less than the deadline of a lookup, which may ask two sources one after the other: so that it can
     * still be answered from what is known.
     */
    public static final Duration TIMEOUT = Duration.ofMillis(400);

    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(CoalescingLoader.class);

    private record PendingLoad<E>(
            Promise<E> answer, @Nullable E lastKnown) {

        /** Answers from what is known after {@link #TIMEOUT}, whether the question has been sent by then or not. */
        static <E> PendingLoad<E> of(@Nullable E lastKnown, Timers timers) {
            PendingLoad<E> asked = new PendingLoad<>(Promise.promise(), lastKnown);
            if (lastKnown != null) {
                Runnable cancel = timers.after(TIMEOUT, asked::fallBack);
                asked.answer().future().onComplete(done -> cancel.run());
            }
            return asked;
        }

        void fallBack() {
            if (lastKnown != null) {
                answer.tryComplete(lastKnown);
            }
        }

        void fail(String reason) {
            fallBack();
            answer.tryFail(new UnavailableException(reason));
        }
    }

    private static <E> Future<E> refused(@Nullable E lastKnown, String reason) {
        return lastKnown == null
                ? Future.failedFuture(new UnavailableException(reason))
                : Future.succeededFuture(lastKnown);
    }

    private final String name;
    private final BatchSource<E> source;
    private final Timers timers;
    private final InstantSource clock;
    private final BiConsumer<MailAddress, E> loaded;
    private Map<MailAddress, PendingLoad<E>> gathering = new LinkedHashMap<>();
    private Map<MailAddress, PendingLoad<E>> underWay = new LinkedHashMap<>();
    private boolean busy;
    private boolean away;
    private long failedAt;

    /**
     * No question so far.
     *
     * @param name of what is asked for, for the log
     * @param loaded receives every address of a query, before the callers that asked for it
     */
    CoalescingLoader(
            String name, BatchSource<E> source, Timers timers, InstantSource clock, BiConsumer<MailAddress, E> loaded) {
        this.name = name;
        this.source = source;
        this.timers = timers;
        this.clock = clock;
        this.loaded = loaded;
    }

    /**
     * Asks for a row; {@link #start} is to follow.
     *
     * @param lastKnown the answer when the source is away, null = fail then
     */
    Future<E> load(MailAddress address, @Nullable E lastKnown) {
        PendingLoad<E> asked = underWay.get(address);
        if (asked == null) {
            asked = gathering.get(address);
        }
        if (asked == null) {
            if (isPausing() || waiting() >= MAX_WAITING) {
                return refused(lastKnown, isPausing() ? "database is away" : "too many lookups");
            }
            asked = PendingLoad.of(lastKnown, timers);
            gathering.put(address, asked);
        }
        return asked.answer().future();
    }

    /** Sends what has been asked for, unless a query is under way: then it follows that. */
    void start() {
        if (busy || gathering.isEmpty()) {
            return;
        }
        Iterator<Map.Entry<MailAddress, PendingLoad<E>>> next =
                gathering.entrySet().iterator();
        while (next.hasNext() && underWay.size() < MAX_ADDRESSES) {
            Map.Entry<MailAddress, PendingLoad<E>> entry = next.next();
            underWay.put(entry.getKey(), entry.getValue());
            next.remove();
        }
        busy = true;
        long begin = clock.millis();
        Runnable cancel = timers.after(TIMEOUT, this::overdue);
        // In a chain from its begin, so that a source that throws has failed.
        Future.succeededFuture(List.copyOf(underWay.keySet()))
                .compose(addresses -> source.load(addresses, begin))
                .onComplete(ended -> cancel.run())
                .onComplete(this::succeeded, this::failed);
    }

    /**
     * A row is known from elsewhere, and is newer than the result of any query that has begun: this answers the callers
     * that asked for it, and the query's word does not count.
     */
    void supersede(MailAddress address, E entry) {
        PendingLoad<E> asked = underWay.remove(address);
        if (asked == null) {
            asked = gathering.remove(address);
        }
        if (asked != null) {
            asked.answer().tryComplete(entry);
        }
    }

    /** The source has just worked, for this or another caller. */
    void works() {
        if (away) {
            away = false;
            log.atInfo().addKeyValue("of", name).log("lookups from database");
        }
    }

    /** Whether the source is not to be waited for. */
    boolean isAway() {
        return away;
    }

    int waiting() {
        return gathering.size() + underWay.size();
    }

    private void succeeded(Function<MailAddress, E> answers) {
        works();
        Map<MailAddress, PendingLoad<E>> done = takeUnderWay();
        Map<MailAddress, E> entries = new LinkedHashMap<>();
        done.keySet().forEach(address -> entries.put(address, answers.apply(address)));
        entries.forEach(loaded);
        done.forEach((address, asked) -> asked.answer().tryComplete(entries.get(address)));
        start();
    }

    private void failed(Throwable failure) {
        becomeUnavailable(FailureText.of(failure));
        failedAt = clock.millis();
        Map<MailAddress, PendingLoad<E>> done = takeUnderWay();
        done.putAll(gathering);
        gathering = new LinkedHashMap<>();
        done.values().forEach(asked -> asked.fail("database is away"));
    }

    private void overdue() {
        becomeUnavailable("no answer in " + TIMEOUT.toMillis() + " ms");
        // Copies: a caller that is answered may ask again.
        List.copyOf(underWay.values()).forEach(PendingLoad::fallBack);
        List.copyOf(gathering.values()).forEach(PendingLoad::fallBack);
    }

    private void becomeUnavailable(String reason) {
        if (!away) {
            away = true;
            log.atWarn().addKeyValue("of", name).addKeyValue("reason", reason).log("lookups from memory");
        }
    }

    private Map<MailAddress, PendingLoad<E>> takeUnderWay() {
        Map<MailAddress, PendingLoad<E>> done = underWay;
        underWay = new LinkedHashMap<>();
        busy = false;
        return done;
    }

    private boolean isPausing() {
        long since = clock.millis() - failedAt;
        // A clock that was set back must not make the pause longer.
        return away && !busy && since >= 0 && since < PAUSE.toMillis();
    }
}
