package dev.postern.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Lets the first few of the same failure through and counts the rest, so that no peer and no broken disk can fill the
 * log: what is held back is reported in one line with {@code folded=} and the number. The same are events of one logger
 * with one constant text; what stands behind it may differ. Only warnings and errors are folded, and
 * not those with the marker {@value #EACH}.
 */
final class DuplicateLogFilter extends Filter<ILoggingEvent> {

    /** On a line of which each has to be seen, however many there are. */
    static final String EACH = "each";

    /** So many of the same in one period are written. */
    static final int WRITTEN = 10;

    /** Texts are constants of ours; libraries may put anything into theirs. */
    private static final int MAX_KEYS = 1000;

    private record MessageKey(String logger, String text, Level level) {}

    private final Map<MessageKey, Integer> counts = new ConcurrentHashMap<>();

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.WARN) || isToBeSeen(event)) {
            return FilterReply.NEUTRAL;
        }
        MessageKey key = new MessageKey(event.getLoggerName(), String.valueOf(event.getMessage()), event.getLevel());
        if (counts.size() >= MAX_KEYS && !counts.containsKey(key)) {
            return FilterReply.NEUTRAL;
        }
        return counts.merge(key, 1, Integer::sum) <= WRITTEN ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private static boolean isToBeSeen(ILoggingEvent event) {
        return event.getMarkerList() != null
                && event.getMarkerList().stream()
                        .anyMatch(marker -> marker.getName().equals(EACH));
    }

    /** A period is over: writes what was held back in it, and begins the next. */
    void nextPeriod(LoggerContext context) {
        for (MessageKey key : List.copyOf(counts.keySet())) {
            Integer count = counts.remove(key);
            if (count != null && count > WRITTEN) {
                Logger logger = context.getLogger(key.logger());
                (key.level() == Level.WARN ? logger.atWarn() : logger.atError())
                        .addKeyValue("folded", count - WRITTEN)
                        .log(key.text());
            }
        }
    }
}
