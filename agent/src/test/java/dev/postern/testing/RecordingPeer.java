package dev.postern.testing;

import dev.postern.net.Peer;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The other end of a session's wire: records everything and reads as fast as the test wants. */
public class RecordingPeer implements Peer {

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int writes;
    private boolean full;
    private boolean paused;
    private boolean closed;
    private boolean gone;

    /** What was written since the last call. */
    public String take() {
        return new String(takeBytes(), StandardCharsets.UTF_8);
    }

    /** The same, to the byte. */
    public byte[] takeBytes() {
        byte[] bytes = received.toByteArray();
        received.reset();
        return bytes;
    }

    /** From now on it does not read, or does again. */
    public void setFull(boolean now) {
        full = now;
    }

    /** It has hung up, which the other side does not know yet. */
    public void hangUp() {
        gone = true;
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
    public Future<Void> write(byte[] bytes) {
        if (closed) {
            throw new AssertionError("written after it was closed");
        }
        writes++;
        if (gone) {
            return Future.failedFuture("gone");
        }
        received.writeBytes(bytes);
        return Future.succeededFuture();
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
