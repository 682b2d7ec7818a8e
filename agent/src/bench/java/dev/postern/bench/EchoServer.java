package dev.postern.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import java.nio.charset.StandardCharsets;

/**
 * The least that can be done for a socketmap client on Netty: a reply for each netstring, whatever it asks, recognised
 * by the comma at its end. A program of its own, so that it can have the agent's options.
 */
final class EchoServer extends ChannelInboundHandlerAdapter {

    private static final byte[] REPLY = "9:NOTFOUND ,".getBytes(StandardCharsets.US_ASCII);

    private EchoServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the socket
     */
    public static void main(String[] args) throws InterruptedException {
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<UnixChannel>() {
                    @Override
                    protected void initChannel(UnixChannel channel) {
                        channel.pipeline().addLast(new EchoServer());
                    }
                })
                .bind(new DomainSocketAddress(args[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for it: this server does the least possible.
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf asked = (ByteBuf) message;
        ByteBuf replies = context.alloc().buffer();
        for (int i = asked.readerIndex(); i < asked.writerIndex(); i++) {
            if (asked.getByte(i) == ',') {
                replies.writeBytes(REPLY);
            }
        }
        asked.release();
        context.writeAndFlush(replies);
    }
}
