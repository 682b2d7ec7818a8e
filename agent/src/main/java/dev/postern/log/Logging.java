package dev.postern.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.slf4j.event.KeyValuePair;

/** Routes all log output one way. */
public final class Logging {

    private static final DuplicateLogFilter FOLDING = new DuplicateLogFilter();

    private Logging() {}

    /**
     * Leads Vert.x, Netty and the JDK's own logging here. To be called before anything of Vert.x or Netty is loaded.
     *
     * <p>It also makes sure that no class of the logging is loaded later: with all file descriptors in use that fails,
     * and takes the thread that accepts connections with it.
     */
    public static void start() {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        InternalLoggerFactory.setDefaultFactory(Slf4JLoggerFactory.INSTANCE);
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        if (LoggerFactory.getLogger(Logging.class) instanceof Logger logger) {
            FOLDING.start();
            LogConfigurator.configure(logger.getLoggerContext(), FOLDING);
            warmUp(logger);
        }
    }

    /**
     * From now on our own events of this level and graver ones are written; libraries go on as they are.
     *
     * @param level error, warn, info, debug or trace; {@code -Dpostern.log.level} counts for more
     */
    public static void level(String level) {
        if (LoggerFactory.getLogger(LogConfigurator.OURS) instanceof Logger ours) {
            ours.setLevel(LogConfigurator.level(level));
        }
    }

    /** To be called every few seconds while the process lasts: reports what was suppressed meanwhile. */
    public static void reportSuppressed() {
        if (LoggerFactory.getLogger(LogConfigurator.OURS) instanceof Logger ours) {
            FOLDING.nextPeriod(ours.getLoggerContext());
        }
    }

    /** Encodes an event with all that one can have, and throws the line away. */
    private static void warmUp(Logger logger) {
        Throwable failure = new IllegalStateException("warm-up", new IllegalStateException());
        LoggingEvent event =
                new LoggingEvent(Logging.class.getName(), logger, Level.WARN, "warm-up", failure, new Object[0]);
        event.addKeyValuePair(new KeyValuePair("key", "\u0000"));
        new KeyValueEncoder(true, () -> true).encode(event);
    }
}
