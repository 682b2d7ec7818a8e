package dev.postern.journal;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Entries to put into a journal, and what is to be found in it. */
final class RandomEntries {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    /** What makes two entries the same. */
    record EntryKey(long batch, MailAddress address) {}

    private RandomEntries() {}

    static MailAddress user(int number) {
        return new MailAddress("user" + number + "@example.org");
    }

    /** An entry that differs from others of its batch and address by this value. */
    static JournalEntry of(long batch, int user, long value) {
        return new JournalEntry(
                batch,
                user(user),
                new MailboxChange(
                        new IpAddress(0, 0xffff_0000_0000L | user),
                        START.plusNanos(value * 1000),
                        CounterChange.set(value),
                        null));
    }

    static long value(JournalEntry entry) {
        return entry.change().bytes().value();
    }

    static JournalEntry random(Random random) {
        return new JournalEntry(random.nextInt(5), user(random.nextInt(6)), change(random));
    }

    /** Any change at all, in every combination of what it can hold. */
    static MailboxChange change(Random random) {
        boolean login = random.nextBoolean();
        IpAddress ip = random.nextBoolean()
                ? new IpAddress(0, 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL))
                : new IpAddress(random.nextLong(), random.nextLong());
        return new MailboxChange(
                login ? ip : null,
                login ? START.plusNanos(random.nextLong() / 4) : null,
                figure(random),
                figure(random));
    }

    /** The same as a journal takes them. */
    static List<Batch> batches(Collection<JournalEntry> entries) {
        Map<Long, List<Batch.RowChange>> rows = new TreeMap<>();
        entries.forEach(entry -> rows.computeIfAbsent(entry.batch(), number -> new ArrayList<>())
                .add(new Batch.RowChange(entry.address(), entry.change())));
        return rows.entrySet().stream()
                .map(batch -> new Batch(batch.getKey(), batch.getValue()))
                .toList();
    }

    /** The same as they are compared. */
    static List<JournalEntry> of(Collection<Batch> batches) {
        return batches.stream()
                .flatMap(batch ->
                        batch.rows().stream().map(row -> new JournalEntry(batch.number(), row.email(), row.change())))
                .toList();
    }

    private static CounterChange figure(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> CounterChange.set(random.nextLong());
            case 2 -> CounterChange.increment(random.nextLong());
            default -> CounterChange.unset();
        };
    }
}
