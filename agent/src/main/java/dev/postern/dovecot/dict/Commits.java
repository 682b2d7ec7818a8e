package dev.postern.dovecot.dict;

import dev.postern.mailbox.Directory;
import dev.postern.model.Event;
import dev.postern.pending.Intake;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One peer's transactions on their way into MySQL. */
final class Commits {

    private record Pending(long number, DictCommand.Commit commit, DictTransaction transaction, Owed.Slot slot) {}

    private static final String AWAY = "database is away";

    private final Intake intake;
    private final Directory directory;
    private final DictMeters meters;
    private final Deque<Pending> pending = new ArrayDeque<>();

    Commits(Intake intake, Directory directory, DictMeters meters) {
        this.intake = intake;
        this.directory = directory;
        this.meters = meters;
    }

    /** Takes a transaction; its slot is filled now or when its fate is known. */
    void take(DictCommand.Commit commit, DictTransaction transaction, Owed.Slot slot) {
        String trouble = transaction.trouble();
        if (trouble != null) {
            fill(slot, commit, CommitReply.NOT_COMMITTED, trouble);
        } else if (transaction.increments() && transaction.owner() == null) {
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
            Pending done = pending.remove();
            fill(done.slot(), done.commit(), outcome(done.transaction()), "");
        }
    }

    /** Nothing that waits is promised any more. An increment may have been written, and must not be told again lightly. */
    void stalled() {
        for (Pending open : pending) {
            if (open.transaction().increments()) {
                open.slot().fill(CommitReply.UNCERTAIN.line(open.commit()));
                meters.commit(CommitReply.UNCERTAIN.letter());
            } else {
                fill(open.slot(), open.commit(), CommitReply.NOT_COMMITTED, AWAY);
            }
        }
        pending.clear();
    }

    private void accept(DictCommand.Commit commit, DictTransaction transaction, Owed.Slot slot) {
        List<Event> events = transaction.events();
        long number = record(events);
        if (number == Intake.REFUSED) {
            fill(slot, commit, CommitReply.NOT_COMMITTED, "too many mailboxes wait to be written");
        } else if (events.isEmpty()) {
            fill(slot, commit, CommitReply.COMMITTED, "");
        } else {
            transaction.recorded();
            pending.add(new Pending(number, commit, transaction, slot));
        }
    }

    /** What may be told twice is kept, as it is from the events socket; an increment would then count twice. */
    private void takeWhileStalled(DictCommand.Commit commit, DictTransaction transaction, Owed.Slot slot) {
        if (!transaction.increments()) {
            record(transaction.events());
        }
        fill(slot, commit, CommitReply.NOT_COMMITTED, AWAY);
    }

    /**
     * What adds is of one mailbox, and all else with it: when there is room for the first there is for all. Logins of several
     * mailboxes may be taken in part; to be told again does them no harm.
     */
    private long record(List<Event> events) {
        long number = 0;
        for (Event event : events) {
            // The plugin last_login goes on without the answer.
            number = intake.accept(event, !(event instanceof Event.Login));
            if (number == Intake.REFUSED) {
                return number;
            }
            meters.accepted(event);
        }
        return number;
    }

    /** Whether it is known that there is something to add to: as soon as the row is, unless nobody can tell at the moment. */
    private boolean isCertain(Pending safe) {
        DictTransaction transaction = safe.transaction();
        return !transaction.increments()
                || transaction.owner() == null
                || intake.isWritten(safe.number())
                || intake.isDatabaseAway()
                || (directory.knows(transaction.owner()) && outcome(transaction) == CommitReply.COMMITTED);
    }

    private CommitReply outcome(DictTransaction done) {
        boolean lacks = done.increments()
                && done.owner() != null
                && directory.lacks(done.owner(), done.incrementsBytes(), done.incrementsMessages());
        return lacks ? CommitReply.NOTHING_TO_ADD_TO : CommitReply.COMMITTED;
    }

    private void fill(Owed.Slot slot, DictCommand.Commit commit, CommitReply reply, String why) {
        slot.fill(reply.line(commit, why));
        meters.commit(reply.letter());
    }
}
