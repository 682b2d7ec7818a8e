#!/usr/bin/env bash
# Netty: ALLOW_HALF_CLOSURE has no effect on a Unix socket of the JDK's transport.
#
# Versions: io.netty:netty-transport-native-epoll 4.2.12.Final and what it brings, from Maven Central; Linux on x86_64, any
# JDK from 17 on.
#
# Guess: with ChannelOption.ALLOW_HALF_CLOSURE a client may shut down its output (`nc -N`, socat) and still read the
# answer, on every transport, as it is for TCP.
# Seen: the option is accepted by all. With epoll the answer arrives. With NIO the channel is closed when the client's end
# of stream is read, for Unix sockets alone, so an answer that is written later is lost; NIO over TCP delivers it.
#
# Output:
#   nio tcp: answer
#   nio unix: end of stream
#   epoll unix: answer
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-epoll</artifactId>
      <version>4.2.12.Final</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >mvn.log

cat >HalfClose.java <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

public class HalfClose {
    public static void main(String[] args) throws Exception {
        SocketAddress tcp = serve(
                NioIoHandler.newFactory(), NioServerSocketChannel.class, new InetSocketAddress("127.0.0.1", 0));
        System.out.println("nio tcp: " + ask(tcp));

        UnixDomainSocketAddress nio = UnixDomainSocketAddress.of(Path.of("nio.sock").toAbsolutePath());
        serve(NioIoHandler.newFactory(), NioServerDomainSocketChannel.class, nio);
        System.out.println("nio unix: " + ask(nio));

        String epoll = Path.of("epoll.sock").toAbsolutePath().toString();
        serve(EpollIoHandler.newFactory(), EpollServerDomainSocketChannel.class, new DomainSocketAddress(epoll));
        System.out.println("epoll unix: " + ask(UnixDomainSocketAddress.of(epoll)));
        System.exit(0);
    }

    /** Answers half a second after the client's first bytes. */
    private static SocketAddress serve(IoHandlerFactory io, Class<? extends ServerChannel> type, SocketAddress address)
            throws Exception {
        return new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, io))
                .channel(type)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object question) {
                        context.executor()
                                .schedule(
                                        () -> context.writeAndFlush(
                                                        Unpooled.copiedBuffer("answer", StandardCharsets.US_ASCII))
                                                .addListener(ChannelFutureListener.CLOSE),
                                        500,
                                        TimeUnit.MILLISECONDS);
                    }
                })
                .bind(address)
                .sync()
                .channel()
                .localAddress();
    }

    private static String ask(SocketAddress address) throws Exception {
        try (SocketChannel client = SocketChannel.open(address)) {
            client.write(ByteBuffer.wrap("question".getBytes(StandardCharsets.US_ASCII)));
            client.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(100);
            return client.read(answer) < 0
                    ? "end of stream"
                    : new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }
}
JAVA
javac -cp 'lib/*' HalfClose.java

java -cp 'lib/*:.' HalfClose 2>/dev/null | tee seen
diff - seen <<'EXPECTED'
nio tcp: answer
nio unix: end of stream
epoll unix: answer
EXPECTED
