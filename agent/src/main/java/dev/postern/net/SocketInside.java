package dev.postern.net;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** What Vert.x has no public way for. The one place that looks inside its sockets. */
public final class SocketInside {

    private SocketInside() {}

    /**
     * From now on the peer's end of input leaves the connection open and is told to {@code onEnd}: a peer that has said
     * all and listens still ({@code shutdown(SHUT_WR)}, as {@code nc -N} and {@code socat} do) gets its answers.
     */
    public static void allowHalfClose(NetSocket socket, Runnable onEnd) {
        NetSocketInternal inside = (NetSocketInternal) socket;
        inside.channelHandlerContext().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        inside.eventHandler(event -> {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                onEnd.run();
            }
        });
    }

    /** Told once the connection is gone, besides the one close handler that belongs to whoever serves it. */
    static void onClosed(NetSocket socket, Runnable onClosed) {
        ((NetSocketInternal) socket)
                .channelHandlerContext()
                .channel()
                .closeFuture()
                .addListener(gone -> onClosed.run());
    }
}
