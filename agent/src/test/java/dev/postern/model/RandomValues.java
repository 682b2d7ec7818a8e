package dev.postern.model;

import java.time.Instant;
import java.util.Random;

/** Input for laws: few addresses, few moments, so that everything collides. */
public final class RandomValues {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private RandomValues() {}

    public static MailAddress address(Random random) {
        return new MailAddress("user" + random.nextInt(6) + "@example.org");
    }

    static Instant time(Random random) {
        return START.plusMillis(random.nextInt(10));
    }

    public static Event event(Random random) {
        MailAddress address = address(random);
        if (random.nextBoolean()) {
            return new Event.Login(address, new IpAddress(0, random.nextInt(100)), "imap", time(random));
        }
        return new Event.QuotaUpdate(address, change(random.nextInt(10), random), change(random.nextInt(10), random));
    }

    static MailboxChange change(Random random) {
        MailboxChange change = event(random).change();
        return random.nextInt(3) == 0 ? change.then(event(random).change()) : change;
    }

    static Mailbox row(Random random) {
        boolean seen = random.nextBoolean();
        return new Mailbox(
                address(random),
                true,
                seen ? new IpAddress(0, 1000 + random.nextInt(100)) : null,
                seen ? time(random) : null,
                figure(random),
                figure(random),
                100,
                100);
    }

    private static CounterChange change(int kind, Random random) {
        return switch (kind) {
            case 0, 1, 2 -> null;
            case 3, 4, 5 -> CounterChange.set(random.nextInt(200));
            case 6, 7, 8 -> CounterChange.increment(random.nextInt(200) - 100);
            default -> CounterChange.unset();
        };
    }

    private static Long figure(Random random) {
        return random.nextInt(3) == 0 ? null : (Long) (long) random.nextInt(200);
    }
}
