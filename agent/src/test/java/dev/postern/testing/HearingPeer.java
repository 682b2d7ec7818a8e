package dev.postern.testing;

import dev.postern.net.Peer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The other end of a session's wire: hears everything and reads as fast as the test wants. */
public class HearingPeer implements Peer {

    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int writes;
    private boolean full;
    private boolean paused;
    private boolean closed;

    /** What was written since the last call. */
    public String take() {
        return new String(takeBytes(), StandardCharsets.UTF_8);
    }

    /** The same, to the byte. */
    public byte[] takeBytes() {
        byte[] bytes = heard.toByteArray();
        heard.reset();
        return bytes;
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
        heard.writeBytes(bytes);
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
