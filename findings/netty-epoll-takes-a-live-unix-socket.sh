#!/usr/bin/env bash
# Netty: binding a Unix socket path that another server listens on fails with the JDK's transport and succeeds with epoll.
#
# Versions: io.netty:netty-transport-native-epoll 4.2.12.Final and what it brings, from Maven Central; Linux on x86_64, any
# JDK from 17 on.
#
# Guess: "Address already in use", as for a TCP port, whatever the transport.
# Seen: the epoll transport removes the path before it binds. The first server goes on without an error, keeps the
# connections that it has, and is never reached again. The JDK's transport refuses, also when the path is only the
# rest of a killed server. A server that has to run once needs a lock of its own.
#
# Output:
#   nio: first bound, second refused: BindException
#   epoll: first bound, second bound; a client reaches the second
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

cat >Bind.java <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

public class Bind {
    static final BlockingQueue<String> REACHED = new LinkedBlockingQueue<>();

    public static void main(String[] args) throws Exception {
        UnixDomainSocketAddress nio = UnixDomainSocketAddress.of(Path.of("nio.sock").toAbsolutePath());
        System.out.print("nio: first " + bind(NioIoHandler.newFactory(), NioServerDomainSocketChannel.class, nio, "first"));
        System.out.println(", second " + bind(NioIoHandler.newFactory(), NioServerDomainSocketChannel.class, nio, "second"));

        String path = Path.of("epoll.sock").toAbsolutePath().toString();
        SocketAddress epoll = new DomainSocketAddress(path);
        System.out.print("epoll: first " + bind(EpollIoHandler.newFactory(), EpollServerDomainSocketChannel.class, epoll, "first"));
        System.out.print(", second " + bind(EpollIoHandler.newFactory(), EpollServerDomainSocketChannel.class, epoll, "second"));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            System.out.println("; a client reaches the " + REACHED.take());
        }
        System.exit(0);
    }

    private static String bind(
            IoHandlerFactory io, Class<? extends ServerChannel> type, SocketAddress address, String name)
            throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(type)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        REACHED.add(name);
                    }
                })
                .bind(address)
                .await();
        return bound.isSuccess() ? "bound" : "refused: " + bound.cause().getClass().getSimpleName();
    }
}
JAVA
javac -cp 'lib/*' Bind.java

java -cp 'lib/*:.' Bind 2>/dev/null | tee seen
diff - seen <<'EXPECTED'
nio: first bound, second refused: BindException
epoll: first bound, second bound; a client reaches the second
EXPECTED
