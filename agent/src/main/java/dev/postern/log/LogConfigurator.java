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

    private LogConfigurator() {}

    /** In place of whatever was set up before. */
    static void configure(LoggerContext context) {
        context.reset();
        Level level = Level.toLevel(System.getProperty("postern.log.level"), Level.INFO);
        KeyValueEncoder encoder = new KeyValueEncoder(
                !isJournal(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/2")),
                Level.DEBUG.isGreaterOrEqual(level));
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setName("stderr");
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        context.getLogger("dev.postern").setLevel(level);
        // Its warnings are the server's about spellings in V1, and that a server is newer than the library.
        context.getLogger("org.flywaydb").setLevel(Level.ERROR);
    }

    /**
     * Whether a file is the journal's end of this process: systemd.exec(5), {@code $JOURNAL_STREAM}. The variable alone does
     * not tell, for it is inherited by what a service starts with its output elsewhere.
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
