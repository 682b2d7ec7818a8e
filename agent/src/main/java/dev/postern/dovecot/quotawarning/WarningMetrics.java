package dev.postern.dovecot.quotawarning;

import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is made of a call: one log line and one count. */
final class WarningMetrics {

    private static final Logger log = LoggerFactory.getLogger(WarningMetrics.class);
    private static final String BELOW = "below";
    private static final String OTHER = "other";

    private final MeterRegistry meters;

    WarningMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /** {@code quota_warning}: threshold and user. */
    void quota(ScriptCall call) {
        meters.counter("postern.quota.warnings", "threshold", threshold(call.argument(0)))
                .increment();
        log.atInfo()
                .addKeyValue("user", call.user(1, 0))
                .addKeyValue("threshold", call.argument(0))
                .log("quota warning");
    }

    /** {@code quota_over_script}: a word, the user, and userdb's flag where it differs from the figures. */
    void over(ScriptCall call) {
        meters.counter("postern.quota.over").increment();
        log.atInfo()
                .addKeyValue("user", call.user(1, 1))
                .addKeyValue("flag", call.flag(1))
                .log("over-quota flag does not fit");
    }

    /** A peer that was not understood. */
    void malformed() {
        meters.counter("postern.events.rejected", "reason", "warning_protocol").increment();
    }

    /** Percents and "below" are labels; a peer cannot make up others. */
    private static String threshold(String argument) {
        boolean percent = argument.matches("\\d{1,3}") && Integer.parseInt(argument) <= 100;
        return percent || argument.equals(BELOW) ? argument : OTHER;
    }
}
