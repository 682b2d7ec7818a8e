package dev.postern.dovecot.quotawarning;

import dev.postern.model.Timers;
import dev.postern.net.LineDecoder;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import dev.postern.net.TabEscaping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of a script: version, whether a status is awaited, arguments, an empty line. */
final class WarningSession implements Session {

    static final int MAX_LINE = 4096;
    static final int MAX_ARGUMENTS = 16;

    /** Dovecot sends all at once. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(WarningSession.class);
    private static final String VERSION = "VERSION\tscript\t4\t";
    private static final String NO_REPLY = "noreply";
    private static final String REPLY = "-";
    private static final String ALARM = "alarm=";
    private static final String ENVIRONMENT = "env_";

    private enum ScriptPart {
        VERSION,
        HEADER,
        ARGUMENTS
    }

    private final Peer peer;
    private final Consumer<ScriptCall> metrics;
    private final Runnable malformed;
    private final LineDecoder lines = new LineDecoder(MAX_LINE, this::line);
    private final List<String> arguments = new ArrayList<>();
    private final Runnable cancelTimeout;
    private ScriptPart part = ScriptPart.VERSION;
    private boolean awaited;
    private boolean ended;

    /**
     * A peer's session.
     *
     * @param calls takes the call, once it is whole
     * @param malformed called for a peer that was not understood
     */
    WarningSession(Peer peer, Consumer<ScriptCall> calls, Runnable malformed, Timers timers) {
        this.peer = peer;
        this.metrics = calls;
        this.malformed = malformed;
        this.cancelTimeout = timers.after(TIMEOUT, () -> refuse("silent"));
    }

    @Override
    public void read(byte[] bytes) {
        if (!ended && !lines.feed(bytes)) {
            refuse("line too long");
        }
    }

    @Override
    public void inputClosed() {
        refuse("ended early");
    }

    @Override
    public void stop() {
        hangUp();
    }

    @Override
    public void writable() {
        // At most two bytes are ever sent.
    }

    @Override
    public boolean hasPendingReplies() {
        return false;
    }

    @Override
    public int bufferedBytes() {
        return lines.bufferedBytes()
                + arguments.stream().mapToInt(String::length).sum();
    }

    @Override
    public void closed() {
        ended = true;
        cancelTimeout.run();
    }

    private void line(byte[] bytes, int from, int to) {
        if (ended) {
            return;
        }
        String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        switch (part) {
            case VERSION -> version(line);
            case HEADER -> header(line);
            case ARGUMENTS -> argument(line);
        }
    }

    private void version(String line) {
        if (line.startsWith(VERSION)) {
            part = ScriptPart.HEADER;
        } else {
            refuse("does not speak script version 4");
        }
    }

    /** A script's timeout and environment do not matter here. */
    private void header(String line) {
        if (line.equals(NO_REPLY) || line.equals(REPLY)) {
            awaited = line.equals(REPLY);
            part = ScriptPart.ARGUMENTS;
        } else if (!line.startsWith(ALARM) && !line.startsWith(ENVIRONMENT)) {
            refuse("neither noreply nor -");
        }
    }

    private void argument(String line) {
        if (line.isEmpty()) {
            call();
        } else if (arguments.size() < MAX_ARGUMENTS) {
            arguments.add(TabEscaping.unescape(line));
        } else {
            refuse("too many arguments");
        }
    }

    private void call() {
        if (awaited) {
            peer.write(ScriptCall.SUCCESS);
        }
        hangUp();
        metrics.accept(new ScriptCall(List.copyOf(arguments), awaited));
    }

    private void refuse(String why) {
        if (!ended) {
            malformed.run();
            log.atWarn().addKeyValue("reason", why).log("peer of a warning socket not understood, closed");
            hangUp();
        }
    }

    private void hangUp() {
        ended = true;
        cancelTimeout.run();
        peer.close();
    }
}
