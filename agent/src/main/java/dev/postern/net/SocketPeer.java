package dev.postern.net;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/** A peer behind a socket. */
final class SocketPeer implements Peer {

    private final NetSocket socket;
    private final Runnable onWrite;
    private boolean wasFull;

    SocketPeer(NetSocket socket, Runnable onWrite) {
        this.socket = socket;
        this.onWrite = onWrite;
    }

    /** To be asked at long intervals: a peer that was full last time and still is does not read any more. */
    boolean isStuck() {
        boolean stuck = socket.writeQueueFull() && wasFull;
        wasFull = socket.writeQueueFull();
        return stuck;
    }

    @Override
    public Future<Void> write(byte[] bytes) {
        Future<Void> written = socket.write(Buffer.buffer(bytes));
        onWrite.run();
        return written;
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void close() {
        socket.close();
    }
}
