package dev.postern.postfix.policy;

import dev.postern.model.LookupResult;
import io.vertx.core.Future;

/** What knows of full mailboxes. */
@FunctionalInterface
public interface QuotaCheck {

    /**
     * Looks a recipient up.
     *
     * @param recipient the peer's words: any text, neither folded nor checked
     * @param size of the message in bytes, 0 = not known
     * @return the refusal when the message does not fit
     */
    Future<LookupResult> answer(String recipient, long size);
}
