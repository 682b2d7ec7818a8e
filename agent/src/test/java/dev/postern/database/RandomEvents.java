package dev.postern.database;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Events as peers send them: of few mailboxes, not always in the order of their times, and some twice. */
final class RandomEvents {

    private final Random random;
    private final InstantSource clock;
    private final List<MailAddress> mailboxes;
    private final MailAddress nobody;
    private final List<Event> told = new ArrayList<>();

    RandomEvents(Random random, InstantSource clock, List<MailAddress> mailboxes, MailAddress nobody) {
        this.random = random;
        this.clock = clock;
        this.mailboxes = mailboxes;
        this.nobody = nobody;
    }

    Event next() {
        if (random.nextInt(6) == 0 && !told.isEmpty()) {
            return told.get(random.nextInt(told.size()));
        }
        Event event = event(random.nextInt(10) == 0 ? nobody : mailboxes.get(random.nextInt(mailboxes.size())));
        told.add(event);
        return event;
    }

    static boolean isIncrement(Event event) {
        return event instanceof Event.QuotaUpdate quota
                && (isIncrement(quota.bytes()) || isIncrement(quota.messages()));
    }

    private Event event(MailAddress address) {
        if (random.nextInt(3) == 0) {
            Instant when = clock.instant().minusMillis(random.nextInt(5000));
            return new Event.Login(address, new IpAddress(0, random.nextInt(1 << 20)), "imap", when);
        }
        return new Event.QuotaUpdate(address, figure(), random.nextBoolean() ? figure() : null);
    }

    /** No two sums of differences are the same. */
    private CounterChange figure() {
        return switch (random.nextInt(10)) {
            case 0 -> CounterChange.unset();
            case 1, 2, 3 -> CounterChange.set(random.nextInt(1_000_000));
            default -> CounterChange.increment(random.nextLong(1L << 40) - (1L << 39));
        };
    }

    private static boolean isIncrement(CounterChange figure) {
        return figure != null && figure.kind() == CounterChange.ChangeKind.INCREMENT;
    }
}
