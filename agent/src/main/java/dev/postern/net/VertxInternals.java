package dev.postern.net;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ServerChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;

/**
 * What Vert.x has no public way for: its event loop and its kind of sockets, as Netty sees them. The one place that
 * looks inside.
 *
 * <p>Why not its {@code NetServer}: that accepts on a thread of its own, which goes on however far the loop is behind,
 * until no file can be opened any more; it needs 8 KB for a silent connection, reads several hundred more from one that
 * is paused, and does not close one that does not read.
 */
final class VertxInternals {

    /** The name of the handler that passes what has been decoded to Vert.x. */
    private static final String VERTX_HANDLER = "handler";

    private VertxInternals() {}

    /** The context that the caller runs in, or a new one. */
    static ContextInternal context(Vertx vertx) {
        return ((VertxInternal) vertx).getOrCreateContext();
    }

    static ChannelFactory<? extends ServerChannel> serverChannels(ContextInternal context) {
        return context.owner().transport().serverChannelFactory(true);
    }

    static java.net.SocketAddress address(ContextInternal context, Path socket) {
        return context.owner().transport().convert(SocketAddress.domainSocketAddress(socket.toString()));
    }

    /** Puts a handler between the decoder of a server's connection and Vert.x. */
    static void addRequestHandler(HttpConnection connection, ChannelHandler handler) {
        ((HttpServerConnection) connection).channelHandlerContext().pipeline().addBefore(VERTX_HANDLER, null, handler);
    }
}
