package dev.postern.mailbox;

import dev.postern.model.Page;
import dev.postern.model.Selection;
import io.vertx.core.Future;

/** Where the table is read page by page. */
@FunctionalInterface
public interface PageSource {

    /**
     * Reads some rows in the order of the key.
     *
     * @param after the last address of the page before; empty = from the first
     */
    Future<Page> page(Selection selection, String after, int limit);
}
