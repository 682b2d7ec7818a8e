package dev.postern.dovecot.dict;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one dict whose increments count. Dovecot reports a change to each of a user's quota roots: a second root in this
 * socket's dict would add the same mail once more. The dict by the name {@value #SHIPPED} of {@code dovecot/} counts,
 * else the first one that increments after the start.
 */
final class IncrementingRoot {

    static final String SHIPPED = "quota";

    private static final Logger log = LoggerFactory.getLogger(IncrementingRoot.class);

    private String owner = "";
    private long refused;

    /**
     * Reports whether increments of this dict count.
     *
     * @param dict its name in HELLO
     */
    boolean counts(String dict) {
        if (owner.isEmpty() || dict.equals(SHIPPED)) {
            owner = dict;
        }
        if (owner.equals(dict)) {
            return true;
        }
        refused++;
        // Dovecot decides how often: the first, second, fourth, eighth time.
        if (Long.bitCount(refused) == 1) {
            log.atWarn()
                    .addKeyValue("dict", dict)
                    .addKeyValue("counted", owner)
                    .addKeyValue("refused", refused)
                    .addKeyValue("fix", "one quota root alone in proxy:/run/postern/dict.sock; then restart postern")
                    .log("second quota root refused");
        }
        return false;
    }
}
