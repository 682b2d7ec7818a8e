package dev.postern.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.function.Predicate;

/**
 * Keeps from an HTTP server of Vert.x whatever comes behind a head that is malformed or has a body. Such a request is
 * refused when those before it have been answered, and is the last of its connection. Without this, bytes behind it
 * that are not the body it announces would have Vert.x close the connection before those answers are sent.
 */
public final class RequestBodyFilter extends ChannelInboundHandlerAdapter {

    private final Predicate<HttpRequest> hasBody;
    private boolean discarding;

    private RequestBodyFilter(Predicate<HttpRequest> hasBody) {
        this.hasBody = hasBody;
    }

    /**
     * Filters what a connection brings.
     *
     * @param connection one of a server, that has just been opened
     * @param hasBody whether anything but another head may come behind a head
     */
    public static void addTo(HttpConnection connection, Predicate<HttpRequest> hasBody) {
        VertxInternals.addRequestHandler(connection, new RequestBodyFilter(hasBody));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (discarding) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest head) {
            discarding = head.decoderResult().isFailure() || hasBody.test(head);
        }
        context.fireChannelRead(message);
    }
}
