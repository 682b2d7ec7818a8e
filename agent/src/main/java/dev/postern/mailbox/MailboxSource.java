package dev.postern.mailbox;

import dev.postern.model.MailAddress;
import dev.postern.model.MailboxRows;
import io.vertx.core.Future;
import java.util.Collection;

/** Where rows are read when the cache does not have them. */
@FunctionalInterface
public interface MailboxSource {

    /**
     * Reads the rows of all these addresses in one query.
     *
     * @return fails when the database does not answer within its deadline
     */
    Future<MailboxRows> load(Collection<MailAddress> addresses);
}
