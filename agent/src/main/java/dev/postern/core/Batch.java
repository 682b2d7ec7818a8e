package dev.postern.core;

import java.util.List;

/**
 * The rows of one transaction.
 *
 * @param number counts up; written in the same transaction, it tells later whether that was committed
 * @param rows each address once, in the order of the key, so that two writers never wait for each other in a circle
 */
public record Batch(long number, List<Row> rows) {

    /** One row and what is to become of it. */
    public record Row(Address email, Change change) {}
}
