package dev.postern.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What a class has logged, from here on until it is closed. */
public final class CapturedLog implements AutoCloseable {

    private final Logger logger;
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>();

    private CapturedLog(Logger logger) {
        this.logger = logger;
    }

    public static CapturedLog of(Class<?> type) {
        CapturedLog lines = new CapturedLog((Logger) LoggerFactory.getLogger(type));
        lines.heard.start();
        lines.logger.addAppender(lines.heard);
        lines.logger.setLevel(Level.INFO);
        lines.logger.setAdditive(false);
        return lines;
    }

    /** The lines since the last call: the message, followed by its {@code key=value} pairs. */
    public List<String> take() {
        List<String> lines = heard.list.stream().map(CapturedLog::line).toList();
        heard.list.clear();
        return lines;
    }

    @Override
    public void close() {
        logger.detachAppender(heard);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private static String line(ILoggingEvent event) {
        Stream<String> pairs = event.getKeyValuePairs() == null
                ? Stream.of()
                : event.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value);
        return Stream.concat(Stream.of(event.getMessage()), pairs).collect(Collectors.joining(" "));
    }
}
