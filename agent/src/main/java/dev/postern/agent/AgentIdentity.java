package dev.postern.agent;

import dev.postern.journal.OpenResult;
import dev.postern.model.Batch;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The agent's name in the database, and the batches of previous runs that are still to be written.
 *
 * @param agent the key of its row in {@code postern_checkpoint}
 * @param firstBatch above the number of every batch before this start
 * @param restored batches that a previous run accepted and may not have written, in the order of their numbers
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

    /** The last number that a previous run may have written; 0 = none. */
    long restoredBatch() {
        return restored.isEmpty() ? 0 : restored.get(restored.size() - 1).number();
    }
}
