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
final class Connection<S extends Session> extends ChannelInboundHandlerAdapter implements Peer, PeerMemory.Holder {

    /** What the server that it belongs to is told. */
    interface Owner<S extends Session> {

        /** Runs something in the server's context. What it throws costs the connection and nobody else. */
        void run(Connection<S> connection, Runnable work);

        /** The session has been told something, or has said something: it may hold more or less, owe or not. */
        void stirred(Connection<S> connection);

        /** It was closed because all peers together held too much, and this one most. */
        void released();

        /** A fault of ours; the connection is to be closed for it. */
        void failed(Connection<S> connection, Throwable fault);

        void gone(Connection<S> connection);
    }

    /** What Netty needs for one piece that waits to be read, besides its bytes. */
    private static final int PIECE_BYTES = 256;

    private final Channel channel;
    private final Owner<S> owner;
    private final PeerMemory memory;
    private final S session;
    private int held;
    private int unread;
    private long moves;
    private long movesBefore = -1;
    private boolean deaf;
    private boolean reading;
    private boolean closing;

    Connection(Channel channel, Owner<S> owner, PeerMemory memory, Function<Peer, S> protocol) {
        this.channel = channel;
        this.owner = owner;
        this.memory = memory;
        this.session = protocol.apply(this);
    }

    S session() {
        return session;
    }

    /** Tells the session something. */
    void tell(Consumer<S> news) {
        owner.run(this, () -> news.accept(session));
        owner.stirred(this);
    }

    /**
     * To be asked at long intervals: whether the peer was left something to read the last time as well, and since then has
     * neither read one piece of it nor said anything.
     */
    boolean isStuck() {
        boolean stuck = unread > 0 && moves == movesBefore;
        movesBefore = unread > 0 ? moves : -1;
        return stuck;
    }

    /** Counts what is held for this peer now. */
    void count() {
        int before = held;
        held = channel.isOpen() ? session.held() + unread : 0;
        if (held != before) {
            memory.count(this, before);
        }
    }

    @Override
    public int held() {
        return held;
    }

    @Override
    public void release() {
        held = 0;
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
        if (deaf) {
            return Future.failedFuture(new ClosedChannelException());
        }
        Promise<Void> written = Promise.promise();
        unread += bytes.length + PIECE_BYTES;
        ByteBuf piece = Unpooled.wrappedBuffer(bytes);
        // What is said in answer to one read leaves together.
        var writing = reading ? channel.write(piece) : channel.writeAndFlush(piece);
        writing.addListener(done -> {
            unread -= bytes.length + PIECE_BYTES;
            moves++;
            owner.run(this, () -> end(written, done.cause()));
            if (!done.isSuccess()) {
                beDeaf();
            }
        });
        owner.stirred(this);
        return written.future();
    }

    /** The peer has gone, or will not listen: what it has said before that counts all the same. */
    private void beDeaf() {
        if (!deaf && channel.isOpen()) {
            deaf = true;
            tell(Session::drained);
        }
    }

    @Override
    public boolean isFull() {
        return !deaf && !channel.isWritable();
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
            moves++;
            tell(told -> told.read(bytes));
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
            tell(Session::end);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && !closing) {
            tell(Session::drained);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        owner.run(this, session::closed);
        count();
        owner.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof IOException) {
            // A peer that goes away is no news.
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
