package dev.postern.testing;

import dev.postern.net.Peer;
import java.nio.charset.StandardCharsets;

/** The other end of a session's wire: hears everything and reads as fast as the test wants. */
public class HearingPeer implements Peer {

    private final StringBuilder heard = new StringBuilder();
    private int writes;
    private boolean full;
    private boolean paused;
    private boolean closed;

    /** What was written since the last call. */
    public String take() {
        String text = heard.toString();
        heard.setLength(0);
        return text;
    }

    /** From now on it does not read, or does again. */
    public void setFull(boolean now) {
        full = now;
    }

    public int writes() {
        return writes;
    }

    public boolean isPaused() {
        return paused;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void write(byte[] bytes) {
        if (closed) {
            throw new AssertionError("written after it was closed");
        }
        writes++;
        heard.append(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void close() {
        closed = true;
    }
}
