package dev.postern.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Sets Logback up in code: no XML to be found and read at every start. */
final class LogConfigurator {

    static final String OURS = "dev.postern";

    private LogConfigurator() {}

    /** In place of whatever was set up before; libraries' own levels are not for the administrator to set. */
    static void configure(LoggerContext context, DuplicateLogFilter folding) {
        context.reset();
        ch.qos.logback.classic.Logger ours = context.getLogger(OURS);
        KeyValueEncoder encoder = new KeyValueEncoder(
                !isJournal(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/2")), ours::isDebugEnabled);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setName("stderr");
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.addFilter(folding);
        stderr.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        ours.setLevel(level("info"));
        // Its warnings are the server's about spellings in V1, and that a server is newer than the library.
        context.getLogger("org.flywaydb").setLevel(Level.OFF);
        // Vert.x 5.0 registers the gauge of a server's connections again with each connection; the second time is
        // without
        // effect, and a warning.
        context.getLogger("io.micrometer.core.instrument.MeterRegistry").setLevel(Level.ERROR);
    }

    /** An option of the Java command line, or else this default. */
    static Level level(String configured) {
        return Level.toLevel(System.getProperty("postern.log.level", configured), Level.INFO);
    }

    /**
     * Whether a file is the journal's end of this process: systemd.exec(5), {@code $JOURNAL_STREAM}. The variable alone
     * does not decide, for it is inherited by programs that a service starts with their output elsewhere.
     */
    static boolean isJournal(@Nullable String stream, Path file) {
        if (stream == null) {
            return false;
        }
        try {
            return stream.equals(Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }
}
