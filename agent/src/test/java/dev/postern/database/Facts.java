package dev.postern.database;

import dev.postern.model.Address;
import dev.postern.model.Event;
import dev.postern.model.Figure;
import dev.postern.model.Ip;
import dev.postern.model.Mailbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one mailbox has been told, one after the other, and what must have become of it: worked out without anything of what is
 * tested.
 */
final class Facts {

    /** Beyond so many the search for those that have survived takes too long. */
    private static final int MAX_UNSURE = 8;

    /** Something that was taken in. */
    static final class Fact {
        private final Event event;
        private boolean acknowledged;

        private Fact(Event event) {
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
    private record State(Ip lastip, Instant lasttime, Long bytes, Long messages) {

        static State of(Mailbox row) {
            return new State(row.lastip(), row.lasttime(), row.bytes(), row.messages());
        }

        State after(Event event) {
            if (event instanceof Event.Login login) {
                boolean older = lasttime != null && login.time().isBefore(lasttime);
                return older ? this : new State(login.ip(), login.time(), bytes, messages);
            }
            Event.Quota quota = (Event.Quota) event;
            return new State(lastip, lasttime, after(bytes, quota.bytes()), after(messages, quota.messages()));
        }

        private static Long after(Long figure, Figure change) {
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

    private final Address user;
    private final List<Fact> facts = new ArrayList<>();
    private State before;

    Facts(Mailbox row) {
        this.user = row.email();
        this.before = State.of(row);
    }

    Fact add(Event event) {
        Fact fact = new Fact(event);
        facts.add(fact);
        return fact;
    }

    /** Whether it can still be told, after a crash, what has become of each. */
    boolean hasRoom() {
        return unsure().size() < MAX_UNSURE;
    }

    /** As if each had been written at once. */
    void expect(Mailbox row, String where) {
        State expected = with(fact -> true);
        if (!expected.equals(State.of(row))) {
            throw new AssertionError(where + " has " + State.of(row) + "\nand not " + this);
        }
    }

    /** Where somebody has logged in from last, when that was after this moment; else null. */
    Ip lastLoginAfter(Instant moment) {
        State now = with(fact -> true);
        return now.lasttime() != null && now.lasttime().isAfter(moment) ? now.lastip() : null;
    }

    /** It has been promised that all of it will be there. */
    void acknowledgeAll() {
        facts.forEach(Fact::acknowledge);
    }

    /** After a crash: everything acknowledged is there once, and of the rest each once or not at all. */
    void survived(Mailbox row) {
        State now = State.of(row);
        List<Fact> unsure = unsure();
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

    private List<Fact> unsure() {
        return facts.stream().filter(fact -> !fact.acknowledged).toList();
    }

    private State with(Predicate<Fact> counts) {
        State state = before;
        for (Fact fact : facts) {
            state = counts.test(fact) ? state.after(fact.event) : state;
        }
        return state;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(user + ": " + before);
        facts.forEach(fact -> text.append("\n    ").append(fact));
        return text.toString();
    }
}
