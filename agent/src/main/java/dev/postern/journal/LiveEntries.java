package dev.postern.journal;

import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The entries that count: of each batch that is not done, the last one for each address. */
final class LiveEntries {

    private final TreeMap<Long, Map<MailAddress, MailboxChange>> batches = new TreeMap<>();
    private int size;

    void put(Batch changes) {
        changes.rows().forEach(row -> put(new JournalEntry(changes.number(), row.email(), row.change())));
    }

    void put(JournalEntry entry) {
        Map<MailAddress, MailboxChange> batch = batches.computeIfAbsent(entry.batch(), number -> new HashMap<>());
        if (batch.put(entry.address(), entry.change()) == null) {
            size++;
        }
    }

    /** Forgets this batch and all before it; whether there was anything to forget. */
    boolean done(long batch) {
        Map<Long, Map<MailAddress, MailboxChange>> gone = batches.headMap(batch, true);
        gone.values().forEach(entries -> size -= entries.size());
        boolean any = !gone.isEmpty();
        gone.clear();
        return any;
    }

    int size() {
        return size;
    }

    /** All of it, in the order of the numbers. */
    List<Batch> batches() {
        return batches.entrySet().stream()
                .map(batch -> new Batch(batch.getKey(), rows(batch.getValue())))
                .toList();
    }

    /** As {@link #batches}, one entry at a time: there may be many, and the heap is small. */
    void writeTo(GroupWriter writer) throws IOException {
        for (Map.Entry<Long, Map<MailAddress, MailboxChange>> batch : batches.entrySet()) {
            for (Map.Entry<MailAddress, MailboxChange> entry : batch.getValue().entrySet()) {
                writer.entry(new JournalEntry(batch.getKey(), entry.getKey(), entry.getValue()));
            }
        }
    }

    private static List<Batch.RowChange> rows(Map<MailAddress, MailboxChange> entries) {
        return entries.entrySet().stream()
                .map(entry -> new Batch.RowChange(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Batch.RowChange::email))
                .toList();
    }
}
