package dev.postern.postfix.lookup;

import dev.postern.model.LookupResult;

/** A protocol's replies. */
public interface ReplyFormat {

    String of(LookupResult answer);

    /** The reply when the lookup has not completed within the deadline. */
    String timedOut();

    /** The reply when the lookup has failed. */
    String failed();
}
