package dev.postern.postfix.lookup;

import dev.postern.model.LookupResult;

/** What a protocol says. */
public interface ReplyFormat {

    String of(LookupResult answer);

    /** To who asked, when the lookup has said nothing within the deadline. */
    String timedOut();

    /** To who asked, when the lookup has failed. */
    String failed();
}
