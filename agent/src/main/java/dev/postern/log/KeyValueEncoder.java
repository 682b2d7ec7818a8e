package dev.postern.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.postern.model.FailureText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** One event, one line. Its grammar is this package's page. */
final class KeyValueEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

    /** Always three digits behind the second, so that lines sort as texts. */
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private static final int MAX_CHAIN_DEPTH = 5;
    private static final int MAX_FRAMES = 40;
    private static final int MAX_STACK_LENGTH = 8000;

    private final boolean timed;
    private final BooleanSupplier stacks;

    /**
     * An encoder.
     *
     * @param timed whether lines begin with the time
     * @param stacks whether an exception's frames are wanted at the moment
     */
    KeyValueEncoder(boolean timed, BooleanSupplier stacks) {
        this.timed = timed;
        this.stacks = stacks;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return line(event).getBytes(StandardCharsets.UTF_8);
    }

    /** The line, with its end. */
    String line(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        if (timed) {
            line.append("time=");
            TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
            line.append(' ');
        }
        line.append("level=").append(level(event.getLevel())).append(" event=");
        LogValueWriter.append(line, String.valueOf(event.getFormattedMessage()));
        pairs(event.getKeyValuePairs(), line);
        if (event.getThrowableProxy() != null) {
            failure(event, event.getThrowableProxy(), line);
        }
        return line.append('\n').toString();
    }

    private static String level(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }

    private static void pairs(@Nullable List<KeyValuePair> pairs, StringBuilder line) {
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                line.append(' ');
                LogValueWriter.appendKey(line, pair.key);
                line.append('=');
                LogValueWriter.append(line, String.valueOf(pair.value));
            }
        }
    }

    /**
     * What goes wrong in the world is a warning, in words; an error with a cause is a bug, and its classes help to find
     * it.
     */
    private void failure(ILoggingEvent event, IThrowableProxy failure, StringBuilder line) {
        line.append(" error=");
        boolean inWords = event.getLevel() != Level.ERROR && !stacks.getAsBoolean();
        LogValueWriter.append(
                line,
                inWords && failure instanceof ThrowableProxy proxy
                        ? FailureText.of(proxy.getThrowable())
                        : chain(failure));
        if (stacks.getAsBoolean()) {
            line.append(" stack=");
            LogValueWriter.append(line, frames(failure), MAX_STACK_LENGTH);
        }
    }

    private static String chain(IThrowableProxy failure) {
        StringBuilder chain = new StringBuilder(message(failure));
        IThrowableProxy cause = failure.getCause();
        for (int i = 1; cause != null && i < MAX_CHAIN_DEPTH; i++) {
            chain.append(": ").append(message(cause));
            cause = cause.getCause();
        }
        return chain.toString();
    }

    private static String message(IThrowableProxy failure) {
        return failure.getMessage() == null
                ? failure.getClassName()
                : failure.getClassName() + ": " + failure.getMessage();
    }

    private static String frames(IThrowableProxy failure) {
        StringBuilder frames = new StringBuilder();
        StackTraceElementProxy[] all = failure.getStackTraceElementProxyArray();
        for (int i = 0; i < all.length && i < MAX_FRAMES; i++) {
            frames.append(i == 0 ? "" : " < ").append(all[i].getStackTraceElement());
        }
        return frames.toString();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
