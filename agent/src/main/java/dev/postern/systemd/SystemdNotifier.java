package dev.postern.systemd;

import dev.postern.model.FailureText;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies the service manager from the event loop itself: one that hangs falls silent. */
public final class SystemdNotifier {

    /** Notifications are not wanted. */
    public static final SystemdNotifier NONE = new SystemdNotifier(null);

    private static final Logger log = LoggerFactory.getLogger(SystemdNotifier.class);

    private final @Nullable Channel channel;

    private SystemdNotifier(@Nullable Channel channel) {
        this.channel = channel;
    }

    /**
     * Finds out where to send notifications, and how often.
     *
     * @param environment of the process: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}
     * @param eventLoop whose turning is what the watchdog watches
     */
    public static SystemdNotifier of(Map<String, String> environment, Context eventLoop) {
        String socket = environment.get("NOTIFY_SOCKET");
        if (socket == null || socket.isEmpty()) {
            return NONE;
        }
        SystemdNotifier notifier = new SystemdNotifier(connect(socket, eventLoop));
        notifier.watch(environment.get("WATCHDOG_USEC"), eventLoop);
        return notifier;
    }

    /** Every socket is open. */
    public void ready() {
        send("READY=1");
    }

    /** Nothing more is taken in, and what there is gets written. */
    public void stopping() {
        send("STOPPING=1");
    }

    private static @Nullable Channel connect(String socket, Context eventLoop) {
        // A name that is in no directory begins with a NUL byte, which the variable has as "@".
        String path = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
        return new Bootstrap()
                .group(((ContextInternal) eventLoop).nettyEventLoop())
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new DomainSocketAddress(path))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        log.atWarn()
                                .addKeyValue("socket", socket)
                                .addKeyValue("reason", FailureText.of(done.cause()))
                                .log("service manager cannot be notified");
                    }
                })
                .channel();
    }

    private void watch(@Nullable String micros, Context eventLoop) {
        if (micros != null && micros.matches("[1-9]\\d{0,17}")) {
            long half = Math.max(1, Long.parseLong(micros) / 2000);
            eventLoop.owner().setPeriodic(half, timer -> send("WATCHDOG=1"));
        }
    }

    private void send(String notice) {
        if (channel != null) {
            channel.eventLoop().execute(() -> {
                // Fails when the manager no longer listens: notifications have no answer.
                var unused = channel.writeAndFlush(Unpooled.copiedBuffer(notice, StandardCharsets.US_ASCII));
            });
        }
    }
}
