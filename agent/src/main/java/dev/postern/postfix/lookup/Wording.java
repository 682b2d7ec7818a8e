package dev.postern.postfix.lookup;

import dev.postern.model.Answer;

/** What a protocol says. */
public interface Wording {

    String of(Answer answer);

    /** To who asked, when the lookup has said nothing within the deadline. */
    String timedOut();

    /** To who asked, when the lookup has failed. */
    String failed();
}
