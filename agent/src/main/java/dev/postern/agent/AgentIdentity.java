package dev.postern.agent;

import dev.postern.journal.OpenResult;
import dev.postern.model.Batch;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Who this agent is to the database, and what it owes it from earlier.
 *
 * @param agent the key of its row in {@code postern_checkpoint}
 * @param firstBatch above the number of every batch before this start
 * @param restored what an earlier life has accepted and perhaps not written, in the order of the numbers
 */
record AgentIdentity(String agent, long firstBatch, List<Batch> restored) {

    /** As the journal's directory has it. */
    static AgentIdentity of(OpenResult.OpenedJournal journal) {
        return new AgentIdentity(journal.agent().toString(), journal.firstBatch(), journal.batches());
    }

    /** Without a journal: this machine's name, and numbers that go up because microseconds pass faster than batches. */
    static AgentIdentity ofHost(InstantSource clock) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        return new AgentIdentity(HostName.current(), micros, List.of());
    }

    /** The last number that an earlier life may have written; 0 = none. */
    long restoredBatch() {
        return restored.isEmpty() ? 0 : restored.get(restored.size() - 1).number();
    }
}
