package dev.postern.directory;

import dev.postern.core.Address;
import dev.postern.core.Mailbox;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;

/** Where rows are read when the cache does not have them. */
@FunctionalInterface
public interface MailboxSource {

    /**
     * Reads the rows of all these addresses in one query.
     *
     * @return the rows there are, by the address asked for; fails when the database cannot tell within its deadline
     */
    Future<Map<Address, Mailbox>> load(Collection<Address> addresses);
}
