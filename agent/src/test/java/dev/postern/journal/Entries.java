package dev.postern.journal;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Figure;
import dev.postern.model.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Entries to put into a journal, and what is to be found in it. */
final class Entries {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    /** What makes two entries the same. */
    record Key(long batch, Address address) {}

    private Entries() {}

    static Address user(int number) {
        return new Address("user" + number + "@example.org");
    }

    /** An entry that is told from others of its batch and address by this value. */
    static Entry of(long batch, int user, long value) {
        return new Entry(
                batch,
                user(user),
                new Change(
                        new Ip(0, 0xffff_0000_0000L | user), START.plusNanos(value * 1000), Figure.set(value), null));
    }

    static long value(Entry entry) {
        return entry.change().bytes().value();
    }

    static Entry random(Random random) {
        return new Entry(random.nextInt(5), user(random.nextInt(6)), change(random));
    }

    /** Any change at all, in every combination of what it can hold. */
    static Change change(Random random) {
        boolean login = random.nextBoolean();
        Ip ip = random.nextBoolean()
                ? new Ip(0, 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL))
                : new Ip(random.nextLong(), random.nextLong());
        return new Change(
                login ? ip : null,
                login ? START.plusNanos(random.nextLong() / 4) : null,
                figure(random),
                figure(random));
    }

    /** The same as a journal takes them. */
    static List<Batch> batches(Collection<Entry> entries) {
        Map<Long, List<Batch.Row>> rows = new TreeMap<>();
        entries.forEach(entry -> rows.computeIfAbsent(entry.batch(), number -> new ArrayList<>())
                .add(new Batch.Row(entry.address(), entry.change())));
        return rows.entrySet().stream()
                .map(batch -> new Batch(batch.getKey(), batch.getValue()))
                .toList();
    }

    /** The same as they are compared. */
    static List<Entry> of(Collection<Batch> batches) {
        return batches.stream()
                .flatMap(
                        batch -> batch.rows().stream().map(row -> new Entry(batch.number(), row.email(), row.change())))
                .toList();
    }

    private static Figure figure(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> Figure.set(random.nextLong());
            case 2 -> Figure.increment(random.nextLong());
            default -> Figure.unset();
        };
    }
}
