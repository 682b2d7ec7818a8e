package dev.postern.net;

import dev.postern.model.FailureText;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix stream socket that is listened on, with a bound on its connections.
 *
 * <p>Connections are accepted on the event loop that serves them: a flood of them waits in the kernel while those that
 * are here already are served, and what is too many is closed before more are accepted.
 */
public final class UnixListener {

    /**
     * The path, its owner and mode, and the number of connections.
     *
     * @param mode permission bits of the socket file
     * @param group of the socket file, null = the process's own
     * @param maxConnections one more is closed at once
     * @param closeGrace for how long closing waits for the answers that peers are owed
     * @param memory what the peers of this and of other sockets together may make the process hold
     */
    public record ListenerOptions(
            Path socket,
            int mode,
            @Nullable String group,
            int maxConnections,
            Duration closeGrace,
            ConnectionMemoryLimit memory) {

        /** The label {@code socket} of metrics. */
        String name() {
            return String.valueOf(socket.getFileName());
        }
    }

    private static final Logger log = LoggerFactory.getLogger(UnixListener.class);

    /** A full backlog is an error at once for Postfix and a second's delay for Dovecot. */
    private static final int BACKLOG = 4096;

    /** Connections accepted before the other work's turn, which waits well below a millisecond for them. */
    private static final int TURN_CONNECTIONS = 16;

    /** Read from one peer before it is the next one's turn. */
    private static final int TURN_BYTES = 4 * 1024;

    /** When a peer has left so much unread, nothing more is read from it. */
    private static final int UNREAD_BYTES = 32 * 1024;

    private final ContextInternal context;
    private final ListenerOptions options;
    private final SocketFile file;
    private final Function<Channel, ChannelHandler> onConnection;
    private final Counter refused;
    private final Counter failures;
    private @Nullable Channel listening;
    private int connections;

    private UnixListener(
            ContextInternal context,
            ListenerOptions options,
            SocketFile file,
            MeterRegistry meters,
            Function<Channel, ChannelHandler> onConnection) {
        this.context = context;
        this.options = options;
        this.file = file;
        this.onConnection = onConnection;
        this.refused = meters.counter("postern.connections.refused", "socket", options.name());
        this.failures = meters.counter("postern.accept.failures", "socket", options.name());
        Gauge.builder("postern.connections", this, self -> self.connections)
                .tag("socket", options.name())
                .register(meters);
    }

    /**
     * Listens. Fails with a {@link ListenException}.
     *
     * @param context whose event loop accepts and serves
     * @param onConnection makes what serves a new connection
     */
    static Future<UnixListener> listen(
            ContextInternal context,
            ListenerOptions options,
            MeterRegistry meters,
            Function<Channel, ChannelHandler> onConnection) {
        return SocketFileWorker.run(context, options.socket(), () -> SocketFile.claim(options.socket()))
                .compose(file -> new UnixListener(context, options, file, meters, onConnection).open());
    }

    /** Stops accepting and removes the socket file. */
    Future<Void> close() {
        Future<Void> closed = listening == null ? Future.succeededFuture() : ended(listening.close());
        return closed.eventually(this::removeFile);
    }

    private Future<UnixListener> open() {
        ChannelFuture bound = new ServerBootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(VertxInternals.serverChannels(context))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.RECVBUF_ALLOCATOR, turns())
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(64, 1024, TURN_BYTES).maxMessagesPerRead(1))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(UNREAD_BYTES / 2, UNREAD_BYTES))
                .childHandler(new Accepting())
                .bind(VertxInternals.address(context, file.hidden()));
        listening = bound.channel();
        return ended(bound)
                .onSuccess(ready -> bound.channel().pipeline().addLast(new AcceptFailures()))
                .compose(ready -> SocketFileWorker.run(context, options.socket(), this::show))
                .recover(failure -> close().transform(closed -> Future.failedFuture(explained(failure))));
    }

    /** By itself Netty accepts one, and comes back for the next when all others have had their turn. */
    private static RecvByteBufAllocator turns() {
        return new ServerChannelRecvByteBufAllocator()
                .respectMaybeMoreData(false)
                .maxMessagesPerRead(TURN_CONNECTIONS);
    }

    private UnixListener show() {
        file.show(options.mode(), options.group());
        return this;
    }

    private Future<Void> removeFile() {
        return SocketFileWorker.remove(context, file);
    }

    private Throwable explained(Throwable failure) {
        return failure instanceof ListenException
                ? failure
                : new ListenException("cannot listen on " + options.socket() + ": " + FailureText.of(failure), failure);
    }

    private Future<Void> ended(ChannelFuture work) {
        Promise<Void> promise = context.promise();
        work.addListener(done -> {
            if (done.isSuccess()) {
                promise.complete();
            } else {
                promise.fail(done.cause());
            }
        });
        return promise.future();
    }

    private void accept(Channel channel) {
        if (connections >= options.maxConnections()) {
            refuse(channel);
            return;
        }
        connections++;
        // Only the native transport can; set one by one, since Netty warns of what a kind of channel does not have.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        // A peer that does not wait for answers may have sent more than has been read.
        channel.config().setAutoClose(false);
        channel.closeFuture().addListener(closed -> connections--);
        context.dispatch(() -> channel.pipeline().addLast(onConnection.apply(channel)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for it.
    private void refuse(Channel channel) {
        refused.increment();
        log.atWarn()
                .addKeyValue("socket", options.socket())
                .addKeyValue("connections", connections)
                .log("connection refused: there are limits.connections");
        channel.close();
    }

    @ChannelHandler.Sharable
    private final class Accepting extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            accept(channel);
        }
    }

    /** For example when no more files can be opened. Netty waits a second and goes on. */
    private final class AcceptFailures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext channel, Throwable failure) {
            failures.increment();
            log.atWarn()
                    .addKeyValue("socket", options.socket())
                    .addKeyValue("reason", FailureText.of(failure))
                    .log("connections cannot be accepted");
        }
    }
}
