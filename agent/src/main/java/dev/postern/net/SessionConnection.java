package dev.postern.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One peer's connection: between its channel and its session.
 *
 * @param <S> the protocol's session
 */
final class SessionConnection<S extends Session> extends ChannelInboundHandlerAdapter
        implements Peer, ConnectionMemoryLimit.MemoryHolder {

    /** Receives reports for the server that it belongs to. */
    interface ConnectionOwner<S extends Session> {

        /** Runs something in the server's context. What it throws costs this connection alone. */
        void run(SessionConnection<S> connection, Runnable work);

        /** The session has read or written something: its memory and its pending replies may have changed. */
        void afterIo(SessionConnection<S> connection);

        /** It was closed because all peers together held too much, and this one most. */
        void released();

        /** An internal error; the connection is to be closed for it. */
        void failed(SessionConnection<S> connection, Throwable fault);

        void closed(SessionConnection<S> connection);
    }

    /** What Netty needs for one piece that waits to be read, besides its bytes. */
    private static final int PIECE_BYTES = 256;

    private final Channel channel;
    private final ConnectionOwner<S> owner;
    private final ConnectionMemoryLimit memory;
    private final S session;
    private int bufferedBytes;
    private int unread;
    private long ioCount;
    private long ioCountBefore = -1;
    private boolean outputFailed;
    private boolean reading;
    private boolean closing;

    SessionConnection(
            Channel channel, ConnectionOwner<S> owner, ConnectionMemoryLimit memory, Function<Peer, S> protocol) {
        this.channel = channel;
        this.owner = owner;
        this.memory = memory;
        this.session = protocol.apply(this);
    }

    S session() {
        return session;
    }

    /** Runs an action on the session. */
    void run(Consumer<S> news) {
        owner.run(this, () -> news.accept(session));
        owner.afterIo(this);
    }

    /**
     * To be asked at long intervals: whether the peer was left something to read the last time as well, and since then
     * has neither read one piece of it nor sent anything.
     */
    boolean isStuck() {
        boolean stuck = unread > 0 && ioCount == ioCountBefore;
        ioCountBefore = unread > 0 ? ioCount : -1;
        return stuck;
    }

    /** Counts what is held for this peer now. */
    void count() {
        int before = bufferedBytes;
        bufferedBytes = channel.isOpen() ? session.bufferedBytes() + unread : 0;
        if (bufferedBytes != before) {
            memory.count(this, before);
        }
    }

    @Override
    public int bufferedBytes() {
        return bufferedBytes;
    }

    @Override
    public void release() {
        bufferedBytes = 0;
        owner.released();
        abort();
    }

    /** Closes at once, whatever is still to be read. */
    @SuppressWarnings("FutureReturnValueIgnored") // The end comes by channelInactive.
    void abort() {
        channel.close();
    }

    @Override
    public Future<Void> write(byte[] bytes) {
        if (outputFailed) {
            return Future.failedFuture(new ClosedChannelException());
        }
        Promise<Void> written = Promise.promise();
        unread += bytes.length + PIECE_BYTES;
        ByteBuf piece = Unpooled.wrappedBuffer(bytes);
        // Replies to one read leave together.
        var writing = reading ? channel.write(piece) : channel.writeAndFlush(piece);
        writing.addListener(done -> {
            unread -= bytes.length + PIECE_BYTES;
            ioCount++;
            owner.run(this, () -> end(written, done.cause()));
            if (!done.isSuccess()) {
                failOutput();
            }
        });
        owner.afterIo(this);
        return written.future();
    }

    /** The peer has gone, or does not read: what it has sent before counts all the same. */
    private void failOutput() {
        if (!outputFailed && channel.isOpen()) {
            outputFailed = true;
            run(Session::writable);
        }
    }

    @Override
    public boolean isFull() {
        return !outputFailed && !channel.isWritable();
    }

    @Override
    public void pause() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resume() {
        channel.config().setAutoRead(!closing);
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            pause();
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf piece = (ByteBuf) message;
        byte[] bytes = ByteBufUtil.getBytes(piece);
        piece.release();
        if (!closing) {
            reading = true;
            ioCount++;
            run(told -> told.read(bytes));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        channel.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !closing) {
            run(Session::inputClosed);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && !closing) {
            run(Session::writable);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        owner.run(this, session::closed);
        count();
        owner.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof IOException) {
            // A peer that goes away is not logged.
            abort();
        } else {
            owner.failed(this, failure);
        }
    }

    private static void end(Promise<Void> written, Throwable failure) {
        if (failure == null) {
            written.complete();
        } else {
            written.fail(failure);
        }
    }
}
