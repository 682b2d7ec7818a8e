package dev.postern.net;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x for client libraries that open their connections themselves: each connection is inspected before the library
 * gets it, and before a byte is exchanged.
 */
public final class InspectedClientSource extends VertxWrapper {

    /** Inspects a new connection. */
    @FunctionalInterface
    public interface ConnectionInspector {

        /**
         * Accepts the connection, after adding its own handlers before {@value #LAST}, or refuses it.
         *
         * @throws IOException closes the connection; the library's connecting fails with it
         */
        void connected(Channel channel) throws IOException;
    }

    /** Name of the pipeline's handler before which the inspector's and then the library's handlers go. */
    public static final String LAST = "handler";

    private final ConnectionInspector inspector;

    public InspectedClientSource(Vertx vertx, ConnectionInspector inspector) {
        super((VertxInternal) vertx);
        this.inspector = inspector;
    }

    @Override
    public NetClient createNetClient(NetClientOptions options) {
        return new InspectedClient(super.createNetClient(options), inspector);
    }

    private record InspectedClient(NetClient client, ConnectionInspector inspector) implements NetClient {

        private Future<NetSocket> inspected(Future<NetSocket> connecting) {
            return connecting.compose(socket -> {
                try {
                    inspector.connected(
                            ((NetSocketInternal) socket).channelHandlerContext().channel());
                    return Future.succeededFuture(socket);
                } catch (IOException refused) {
                    socket.close();
                    return Future.failedFuture(refused);
                }
            });
        }

        @Override
        public Future<NetSocket> connect(int port, String host) {
            return inspected(client.connect(port, host));
        }

        @Override
        public Future<NetSocket> connect(int port, String host, @Nullable String serverName) {
            return inspected(client.connect(port, host, serverName));
        }

        @Override
        public Future<NetSocket> connect(SocketAddress address) {
            return inspected(client.connect(address));
        }

        @Override
        public Future<NetSocket> connect(SocketAddress address, @Nullable String serverName) {
            return inspected(client.connect(address, serverName));
        }

        @Override
        public Future<NetSocket> connect(ConnectOptions options) {
            return inspected(client.connect(options));
        }

        @Override
        public Future<Void> shutdown(long timeout, TimeUnit unit) {
            return client.shutdown(timeout, unit);
        }

        @Override
        public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
            return client.updateSSLOptions(options, force);
        }

        @Override
        public boolean isMetricsEnabled() {
            return client.isMetricsEnabled();
        }
    }
}
