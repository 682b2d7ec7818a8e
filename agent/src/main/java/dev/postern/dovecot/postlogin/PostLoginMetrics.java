package dev.postern.dovecot.postlogin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What becomes of the logins at the post-login sockets. */
final class PostLoginMetrics {

    private final Counter accepted;
    private final Counter notCounted;
    private final Counter refused;
    private final Counter givenUp;
    private final Counter malformed;

    PostLoginMetrics(MeterRegistry meters) {
        accepted = meters.counter("postern.events", "kind", "login", "source", "postlogin");
        notCounted = meters.counter("postern.events.rejected", "reason", "postlogin_not_own");
        refused = meters.counter("postern.events.rejected", "reason", "postlogin_no_room");
        givenUp = meters.counter("postern.events.rejected", "reason", "postlogin_given_up");
        malformed = meters.counter("postern.events.rejected", "reason", "postlogin_protocol");
    }

    void accepted() {
        accepted.increment();
    }

    /** A master user's, or from no IP, or to no address of ours: Dovecot has its answer all the same. */
    void notCounted() {
        notCounted.increment();
    }

    /** Too many changes are pending. */
    void refused() {
        refused.increment();
    }

    /** Dovecot has not waited for the answer. */
    void givenUp() {
        givenUp.increment();
    }

    void malformed() {
        malformed.increment();
    }
}
