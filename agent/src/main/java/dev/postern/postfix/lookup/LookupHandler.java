package dev.postern.postfix.lookup;

import dev.postern.model.LookupResult;
import io.vertx.core.Future;

/**
 * What answers one kind of question.
 *
 * @param <Q> the question
 */
@FunctionalInterface
public interface LookupHandler<Q> {

    /**
     * Looks it up.
     *
     * @param question the peer's words: any text, neither folded nor checked
     * @return the answer; what is already known completes at once. A failure counts as a bug.
     */
    Future<LookupResult> answer(Q question);
}
