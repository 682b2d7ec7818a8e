#!/usr/bin/env bash
# Netty 4.2.13 to 4.2.18: a peer that has shut down its output gets a part of what is still to be written to it.
#
# Versions: io.netty:netty-transport-native-epoll 4.2.12.Final and 4.2.18.Final and what they bring, from Maven Central;
# Linux on x86_64, any JDK from 17 on. 4.2.13 does the same as 4.2.18.
#
# Guess: with ChannelOption.ALLOW_HALF_CLOSURE the end of the peer's output is not the end of its input: what the server
# has written before arrives, however late the peer begins to read, as it did until 4.2.12.
# Seen: on a Unix socket (epoll) whose buffer is full at that moment, 4.2.18 fails what waits to be written with
# ChannelOutputShutdownException, although the server has shut nothing down and the peer reads on. The peer sees a
# regular end of stream after a part of the answer. What fits into the socket's buffer arrives, so small answers hide
# it. TCP sockets of the same transport deliver everything.
#
# Output:
#   4.2.12.Final unix: all arrives
#   4.2.12.Final tcp: all arrives
#   4.2.18.Final unix: ChannelOutputShutdownException, a part arrives
#   4.2.18.Final tcp: all arrives
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >HalfClosed.java <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

public class HalfClosed {
    private static final int PIECES = 600_000;
    private static final int PIECE_BYTES = 40;

    private static volatile Throwable failure;

    public static void main(String[] args) throws Exception {
        Path path = Path.of("s").toAbsolutePath();
        if (args[1].equals("unix")) {
            serve(EpollServerDomainSocketChannel.class, new DomainSocketAddress(path.toString()));
        }
        SocketAddress server = args[1].equals("unix")
                ? UnixDomainSocketAddress.of(path)
                : serve(EpollServerSocketChannel.class, new InetSocketAddress("127.0.0.1", 0));
        System.out.println(args[0] + " " + args[1] + ": " + ask(server));
        System.exit(0);
    }

    /** Answers the first byte with 24 MB, and closes after them once the client has shut down its output. */
    private static SocketAddress serve(Class<? extends ServerChannel> type, SocketAddress at) throws Exception {
        return new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(type)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object question) {
                        ((ByteBuf) question).release();
                        for (int i = 0; i < PIECES; i++) {
                            context.write(Unpooled.wrappedBuffer(new byte[PIECE_BYTES])).addListener(written -> {
                                if (!written.isSuccess()) {
                                    failure = written.cause();
                                }
                            });
                        }
                        context.flush();
                    }

                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        if (event == ChannelInputShutdownEvent.INSTANCE) {
                            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                        }
                    }
                })
                .bind(at)
                .sync()
                .channel()
                .localAddress();
    }

    private static String ask(SocketAddress server) throws Exception {
        try (SocketChannel client = SocketChannel.open(server)) {
            client.write(ByteBuffer.wrap(new byte[] {1}));
            client.shutdownOutput();
            Thread.sleep(1000);
            long read = 0;
            ByteBuffer answer = ByteBuffer.allocate(100_000);
            for (int next = client.read(answer); next >= 0; next = client.read(answer)) {
                read += next;
                answer.clear();
            }
            String arrived = read == (long) PIECES * PIECE_BYTES ? "all arrives" : "a part arrives";
            return failure == null ? arrived : failure.getClass().getSimpleName() + ", " + arrived;
        }
    }
}
JAVA

for version in 4.2.12.Final 4.2.18.Final; do
  cat >pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-epoll</artifactId>
      <version>$version</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
  </dependencies>
</project>
POM
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="lib-$version" >mvn.log
  javac -cp "lib-$version/*" -d "classes-$version" HalfClosed.java
  rm -f s
  java -cp "lib-$version/*:classes-$version" HalfClosed "$version" unix 2>/dev/null
  java -cp "lib-$version/*:classes-$version" HalfClosed "$version" tcp 2>/dev/null
done | tee seen
diff - seen <<'EXPECTED'
4.2.12.Final unix: all arrives
4.2.12.Final tcp: all arrives
4.2.18.Final unix: ChannelOutputShutdownException, a part arrives
4.2.18.Final tcp: all arrives
EXPECTED
