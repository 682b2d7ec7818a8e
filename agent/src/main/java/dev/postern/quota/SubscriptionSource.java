package dev.postern.quota;

import dev.postern.model.MailAddress;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Where subscriptions are read when the cache does not have them. */
@FunctionalInterface
public interface SubscriptionSource {

    /**
     * Reads in one query the recipients of each of these addresses.
     *
     * @param most so many of each address, it does not matter which
     * @return recipients as they are written; an address without any may be missing. Fails when the database does not
     *     answer within its deadline.
     */
    Future<Map<MailAddress, List<String>>> load(Collection<MailAddress> addresses, int most);
}
