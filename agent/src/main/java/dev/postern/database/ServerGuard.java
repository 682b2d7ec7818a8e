package dev.postern.database;

import dev.postern.database.PacketInspector.ServerWay;
import dev.postern.database.UntrustedServerException.Distrust;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the network and the client library on one connection to a database server. What the server must not
 * ask for never reaches the library: the connection is closed. Nothing but protocol packets leaves, so no file does.
 *
 * <p>Over a Unix socket it sends the password in the library's place when a MySQL server asks for it: the library would
 * ask for a key there, which such a server takes for a wrong password.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class ServerGuard extends ChannelDuplexHandler {

    private final PacketInspector inspector;
    private final String password;
    private final Consumer<UntrustedServerException> refused;
    private @Nullable UntrustedServerException refusal;
    private boolean passwordIsNext;

    /**
     * Guards one connection.
     *
     * @param refused called once, before the connection is closed
     */
    ServerGuard(ServerWay way, String password, Consumer<UntrustedServerException> refused) {
        this.inspector = new PacketInspector(way);
        this.password = password;
        this.refused = refused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refusal != null || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        boolean isPlain = inspector.expectsTls() && context.pipeline().get(SslHandler.class) == null;
        Distrust reason = isPlain ? Distrust.PLAIN_TEXT : inspector.inspect(bytes);
        if (reason != null) {
            ReferenceCountUtil.release(message);
            refuse(context, reason);
            return;
        }
        passwordIsNext = inspector.takeFullExchange();
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (refusal != null || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(refuse(context, Distrust.LOCAL_FILE));
            return;
        }
        if (passwordIsNext) {
            passwordIsNext = false;
            ByteBuf packet = passwordPacket(context, bytes);
            bytes.release();
            context.write(packet, promise);
        } else {
            context.write(message, promise);
        }
    }

    /**
     * Makes the packet that a server at the other end of a Unix socket waits for.
     *
     * @param request the library's, with the sequence number in its fourth byte
     */
    private ByteBuf passwordPacket(ChannelHandlerContext context, ByteBuf request) {
        byte[] text = password.getBytes(StandardCharsets.UTF_8);
        return context.alloc()
                .buffer(text.length + 5)
                .writeMediumLE(text.length + 1)
                .writeByte(request.getByte(request.readerIndex() + 3))
                .writeBytes(text)
                .writeByte(0);
    }

    private UntrustedServerException refuse(ChannelHandlerContext context, Distrust reason) {
        UntrustedServerException failure = refusal == null ? new UntrustedServerException(reason) : refusal;
        if (refusal == null) {
            refusal = failure;
            refused.accept(failure);
            context.close();
        }
        return failure;
    }
}
