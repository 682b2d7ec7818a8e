package dev.postern.journal;

import dev.postern.model.Batch;
import java.util.List;
import java.util.UUID;

/** How opening a journal ended. */
public sealed interface OpenResult {

    /**
     * It is ours.
     *
     * @param agent the key of our row in {@code postern_checkpoint}
     * @param firstBatch above every number that an earlier start with this {@code agent} has used or could have used
     * @param batches what earlier starts have left, in the order of their numbers, all below {@code firstBatch}
     * @param cutBytes of an interrupted group, never acknowledged: cut from the end of the file
     * @param missingBytes that had been answered and are not in the file any more: it was truncated from outside
     */
    record OpenedJournal(
            Journal journal, UUID agent, long firstBatch, List<Batch> batches, long cutBytes, long missingBytes)
            implements OpenResult {}

    /**
     * It cannot be used.
     *
     * @param reason with the way out
     */
    record OpenRefused(String reason) implements OpenResult {}
}
