package dev.postern.database;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The events of one mailbox, one after the other, and their expected result: worked out without anything of what is
 * tested.
 */
final class ExpectedMailbox {

    /** Beyond so many the search for those that have survived takes too long. */
    private static final int MAX_UNSURE = 8;

    /** Something that was taken in. */
    static final class ExpectedEvent {
        private final Event event;
        private boolean acknowledged;

        private ExpectedEvent(Event event) {
            this.event = event;
        }

        void acknowledge() {
            acknowledged = true;
        }

        @Override
        public String toString() {
            return (acknowledged ? "OK " : "   ") + event;
        }
    }

    /** The columns that are written. */
    private record ExpectedState(IpAddress lastip, Instant lasttime, Long bytes, Long messages) {

        static ExpectedState of(Mailbox row) {
            return new ExpectedState(row.lastip(), row.lasttime(), row.bytes(), row.messages());
        }

        ExpectedState after(Event event) {
            if (event instanceof Event.Login login) {
                boolean older = lasttime != null && login.time().isBefore(lasttime);
                return older ? this : new ExpectedState(login.ip(), login.time(), bytes, messages);
            }
            Event.QuotaUpdate quota = (Event.QuotaUpdate) event;
            return new ExpectedState(lastip, lasttime, after(bytes, quota.bytes()), after(messages, quota.messages()));
        }

        private static Long after(Long figure, CounterChange change) {
            if (change == null) {
                return figure;
            }
            return switch (change.kind()) {
                case SET -> change.value();
                case UNSET -> null;
                case INCREMENT -> figure == null ? null : (Long) (figure + change.value());
            };
        }
    }

    private final MailAddress address;
    private final List<ExpectedEvent> facts = new ArrayList<>();
    private ExpectedState before;

    ExpectedMailbox(Mailbox row) {
        this.address = row.email();
        this.before = ExpectedState.of(row);
    }

    ExpectedEvent add(Event event) {
        ExpectedEvent fact = new ExpectedEvent(event);
        facts.add(fact);
        return fact;
    }

    /** Whether the fate of each can still be determined after a crash. */
    boolean hasRoom() {
        return unsure().size() < MAX_UNSURE;
    }

    /** As if each had been written at once. */
    void expect(Mailbox row, String where) {
        ExpectedState expected = with(fact -> true);
        if (!expected.equals(ExpectedState.of(row))) {
            throw new AssertionError(where + " has " + ExpectedState.of(row) + "\nand not " + this);
        }
    }

    /** The IP of the last login, when that was after this moment; else null. */
    IpAddress lastLoginAfter(Instant moment) {
        ExpectedState now = with(fact -> true);
        return now.lasttime() != null && now.lasttime().isAfter(moment) ? now.lastip() : null;
    }

    /** It has been promised that all of it will be there. */
    void acknowledgeAll() {
        facts.forEach(ExpectedEvent::acknowledge);
    }

    /** After a crash: everything acknowledged is there once, and of the rest each once or not at all. */
    void survived(Mailbox row) {
        ExpectedState now = ExpectedState.of(row);
        List<ExpectedEvent> unsure = unsure();
        for (int those = (1 << unsure.size()) - 1; those >= 0; those--) {
            int chosen = those;
            if (with(fact -> fact.acknowledged || (chosen & (1 << unsure.indexOf(fact))) != 0)
                    .equals(now)) {
                facts.clear();
                before = now;
                return;
            }
        }
        throw new AssertionError("after the crash there is " + now + "\nwhich cannot be of " + this);
    }

    private List<ExpectedEvent> unsure() {
        return facts.stream().filter(fact -> !fact.acknowledged).toList();
    }

    private ExpectedState with(Predicate<ExpectedEvent> counts) {
        ExpectedState state = before;
        for (ExpectedEvent fact : facts) {
            state = counts.test(fact) ? state.after(fact.event) : state;
        }
        return state;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(address + ": " + before);
        facts.forEach(fact -> text.append("\n    ").append(fact));
        return text.toString();
    }
}
