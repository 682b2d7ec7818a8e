package dev.postern.dovecot.postlogin;

import dev.postern.model.Event;
import dev.postern.model.Timers;
import dev.postern.net.LineDecoder;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import dev.postern.pending.EventIntake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One login: two lines in, one out, and only then is it recorded. */
final class PostLoginSession implements Session {

    /**
     * Longest line in bytes. What Dovecot sends here it has read from its auth process as one line of at most 8192
     * ({@code AUTH_MAX_INBUF_SIZE}, {@code src/lib-login/login-server-auth.c}); escaping may double that.
     */
    static final int MAX_LINE = 64 * 1024;

    /** Dovecot sends all at once. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(PostLoginSession.class);
    private static final String VERSION = "VERSION\tscript-login\t1\t";

    private final Peer peer;
    private final String service;
    private final EventIntake intake;
    private final InstantSource clock;
    private final PostLoginMetrics counters;
    private final LineDecoder lines = new LineDecoder(MAX_LINE, this::line);
    private final Runnable cancelTimeout;
    private boolean greeted;
    private boolean ended;

    /**
     * A peer's session.
     *
     * @param service whose logins these are
     */
    PostLoginSession(
            Peer peer,
            String service,
            EventIntake intake,
            InstantSource clock,
            Timers timers,
            PostLoginMetrics counters) {
        this.peer = peer;
        this.service = service;
        this.intake = intake;
        this.clock = clock;
        this.counters = counters;
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
        // A login is answered as soon as it is asked for: one that has not asked finds no server here any
        // more.
        hangUp();
    }

    @Override
    public void writable() {
        // The answer is the last thing that is sent.
    }

    @Override
    public boolean hasPendingReplies() {
        return false;
    }

    @Override
    public int bufferedBytes() {
        return lines.bufferedBytes();
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
        if (!greeted) {
            greeted = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).startsWith(VERSION);
            if (!greeted) {
                refuse("does not speak script-login version 1");
            }
            return;
        }
        PostLoginLine line = PostLoginLine.parse(Arrays.copyOfRange(bytes, from, to));
        if (line == null) {
            refuse("no user");
        } else {
            // Dovecot has given up and gone: a login without a session does not count.
            peer.write(line.answer()).onSuccess(sent -> record(line)).onFailure(gone -> counters.givenUp());
            hangUp();
        }
    }

    private void record(PostLoginLine line) {
        Event.Login login = line.login(service, clock.instant());
        if (login == null) {
            counters.notCounted();
        } else if (intake.accept(login, false) == EventIntake.REFUSED) {
            counters.refused();
        } else {
            counters.accepted();
        }
    }

    /** The text never repeats what the peer sent. */
    private void refuse(String why) {
        if (!ended) {
            counters.malformed();
            log.atWarn()
                    .addKeyValue("service", service)
                    .addKeyValue("reason", why)
                    .log("peer of a post-login socket not understood, closed");
            hangUp();
        }
    }

    private void hangUp() {
        ended = true;
        cancelTimeout.run();
        peer.close();
    }
}
