package dev.postern.dovecot.dict;

import dev.postern.mailbox.MailboxView;
import dev.postern.model.Event;
import dev.postern.model.EventKind;
import dev.postern.net.ReplyQueue.PendingReply;
import dev.postern.pending.EventIntake;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One peer's transactions on their way into MySQL. */
final class DictCommits {

    private record PendingCommit(
            long number, DictCommand.Commit commit, DictTransaction transaction, PendingReply slot) {}

    private static final String AWAY = "database is away";

    private final EventIntake intake;
    private final MailboxView view;
    private final DictMetrics meters;
    private final Deque<PendingCommit> pending = new ArrayDeque<>();

    DictCommits(EventIntake intake, MailboxView view, DictMetrics meters) {
        this.intake = intake;
        this.view = view;
        this.meters = meters;
    }

    /** Takes a transaction; its slot is filled now or when its fate is known. */
    void take(DictCommand.Commit commit, DictTransaction transaction, PendingReply slot) {
        String trouble = transaction.problem();
        if (trouble != null) {
            fill(slot, commit, CommitReply.NOT_COMMITTED, trouble);
        } else if (transaction.increments() && transaction.address() == null) {
            fill(slot, commit, CommitReply.NOTHING_TO_ADD_TO, "");
        } else if (intake.isStalled()) {
            takeWhileStalled(commit, transaction, slot);
        } else {
            accept(commit, transaction, slot);
        }
    }

    /** Every event up to and including this number cannot be lost any more. */
    void settled(long upTo) {
        while (!pending.isEmpty() && pending.peek().number() <= upTo && isCertain(pending.peek())) {
            PendingCommit done = pending.remove();
            fill(done.slot(), done.commit(), outcome(done.transaction()), "");
        }
    }

    /**
     * Nothing that waits is promised any more. An increment may have been written, and must not be repeated lightly.
     */
    void stalled() {
        for (PendingCommit open : pending) {
            if (open.transaction().increments()) {
                open.slot().fill(CommitReply.UNCERTAIN.line(open.commit()));
                meters.commit(CommitReply.UNCERTAIN.letter());
            } else {
                fill(open.slot(), open.commit(), CommitReply.NOT_COMMITTED, AWAY);
            }
        }
        pending.clear();
    }

    private void accept(DictCommand.Commit commit, DictTransaction transaction, PendingReply slot) {
        meters.notCounted(transaction);
        List<Event> events = transaction.events();
        long number = record(events);
        if (number == EventIntake.REFUSED) {
            fill(slot, commit, CommitReply.NOT_COMMITTED, "too many mailboxes wait to be written");
        } else if (events.isEmpty()) {
            fill(slot, commit, CommitReply.COMMITTED, "");
        } else {
            transaction.recorded();
            pending.add(new PendingCommit(number, commit, transaction, slot));
        }
    }

    /** What may arrive twice is kept, as it is from the events socket; an increment would then count twice. */
    private void takeWhileStalled(DictCommand.Commit commit, DictTransaction transaction, PendingReply slot) {
        if (!transaction.increments()) {
            record(transaction.events());
        }
        fill(slot, commit, CommitReply.NOT_COMMITTED, AWAY);
    }

    /**
     * What adds is of one mailbox, and all else with it: when there is room for the first there is for all. Logins of
     * several mailboxes may be taken in part; repeating them does no harm.
     */
    private long record(List<Event> events) {
        long number = 0;
        for (Event event : events) {
            // The plugin last_login goes on without the answer.
            number = intake.accept(event, event.kind() != EventKind.LOGIN);
            if (number == EventIntake.REFUSED) {
                return number;
            }
            meters.accepted(event);
        }
        return number;
    }

    /** Whether a figure to add to is known to exist: as soon as the row is known, unless the database is away. */
    private boolean isCertain(PendingCommit safe) {
        DictTransaction transaction = safe.transaction();
        return !transaction.increments()
                || transaction.address() == null
                || intake.isWritten(safe.number())
                || intake.isDatabaseSilent()
                || (view.knows(transaction.address()) && outcome(transaction) == CommitReply.COMMITTED);
    }

    private CommitReply outcome(DictTransaction done) {
        boolean lacks = done.increments()
                && done.address() != null
                && view.lacks(done.address(), done.incrementsBytes(), done.incrementsMessages());
        return lacks ? CommitReply.NOTHING_TO_ADD_TO : CommitReply.COMMITTED;
    }

    private void fill(PendingReply slot, DictCommand.Commit commit, CommitReply reply, String why) {
        slot.fill(reply.line(commit, why));
        meters.commit(reply.letter());
    }
}
