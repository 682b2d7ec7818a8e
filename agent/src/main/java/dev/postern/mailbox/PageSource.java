package dev.postern.mailbox;

import dev.postern.model.MailboxFilter;
import dev.postern.model.MailboxPage;
import io.vertx.core.Future;

/** Where the table is read page by page. */
@FunctionalInterface
public interface PageSource {

    /**
     * Reads some rows in the order of the key.
     *
     * @param after the last address of the page before; empty = from the first
     */
    Future<MailboxPage> page(MailboxFilter filter, String after, int limit);
}
