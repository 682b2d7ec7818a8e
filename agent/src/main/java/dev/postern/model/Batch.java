package dev.postern.model;

import java.util.List;

/**
 * The rows that are written together, or not at all.
 *
 * @param number counts up; written with the rows, it shows later whether they were
 * @param rows each address once, in the order of the key, so that two writers never wait for each other in a circle
 */
public record Batch(long number, List<RowChange> rows) {

    /** One row and what is to become of it. */
    public record RowChange(MailAddress email, MailboxChange change) {}
}
