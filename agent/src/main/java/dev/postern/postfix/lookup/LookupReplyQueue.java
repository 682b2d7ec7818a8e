package dev.postern.postfix.lookup;

import dev.postern.model.Timers;
import dev.postern.net.ReplyQueue;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The questions of one connection. Exactly one reply for each, in their order, whatever the lookups do: Postfix matches
 * replies to questions by nothing else, and would take a surplus one for the answer to its next question.
 */
public final class LookupReplyQueue {

    /** A reply within a second, whatever hangs; after the fall-back to what is known, which needs a part of it. */
    public static final Duration DEADLINE = Duration.ofMillis(950);

    /** With the timer, the address and what waits for the answer. */
    private static final int TURN_BYTES = 512;

    private static final class PendingLookup extends ReplyQueue.PendingReply {
        final MeteredLookup<?> lookup;
        final long begin = System.nanoTime();
        Runnable cancelDeadline = () -> {};

        PendingLookup(MeteredLookup<?> lookup) {
            this.lookup = lookup;
        }
    }

    private final Timers timers;
    private final Duration deadline;
    private final Consumer<String> replies;
    private final ReplyQueue<PendingLookup> pending = new ReplyQueue<>();

    /**
     * No question so far.
     *
     * @param deadline for one lookup; a later result is dropped
     * @param replies takes each reply
     */
    public LookupReplyQueue(Timers timers, Duration deadline, Consumer<String> replies) {
        this.timers = timers;
        this.deadline = deadline;
        this.replies = replies;
    }

    /** Asks, and replies in turn. */
    public <Q> void ask(MeteredLookup<Q> lookup, Q question, ReplyFormat wording) {
        PendingLookup turn = enqueue(lookup);
        lookup.answer(question)
                .onComplete(
                        answer -> finish(turn, wording.of(answer), LookupOutcome.of(answer)),
                        failure -> failed(turn, failure, wording));
        if (turn.isOpen()) {
            turn.cancelDeadline = timers.after(deadline, () -> finish(turn, wording.timedOut(), LookupOutcome.TIMEOUT));
        }
    }

    /**
     * Replies in turn to an invalid request.
     *
     * @param lookup is counted, and not asked
     */
    public void refuse(MeteredLookup<?> lookup, String reply) {
        finish(enqueue(lookup), reply, LookupOutcome.REFUSED);
    }

    /** Questions without a reply so far, and replies that wait for one before them. */
    public int inFlight() {
        return pending.size();
    }

    /** What they take in memory, in bytes, about. */
    public int bufferedBytes() {
        return TURN_BYTES * pending.size();
    }

    /** The peer is gone: nothing is sent any more. */
    public void close() {
        pending.clear(turn -> turn.cancelDeadline.run());
    }

    private PendingLookup enqueue(MeteredLookup<?> lookup) {
        return pending.add(new PendingLookup(lookup));
    }

    private void failed(PendingLookup turn, Throwable failure, ReplyFormat wording) {
        turn.lookup.report(failure);
        finish(turn, wording.failed(), LookupOutcome.ERROR);
    }

    private void finish(PendingLookup turn, String reply, LookupOutcome outcome) {
        if (!turn.fill(reply)) {
            return;
        }
        turn.cancelDeadline.run();
        turn.lookup.count(outcome, System.nanoTime() - turn.begin);
        pending.drainTo(replies);
    }
}
