package dev.postern.socketmap;

import dev.postern.core.Answer;
import io.vertx.core.Future;

/** What answers one map. */
@FunctionalInterface
public interface Lookup {

    /**
     * Looks a key up.
     *
     * @param key as the peer sent it: any text, neither folded nor checked
     * @return the answer; what is already known completes at once. A failure counts as a bug.
     */
    Future<Answer> answer(String key);
}
