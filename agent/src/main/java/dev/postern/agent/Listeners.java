package dev.postern.agent;

import dev.postern.config.AgentConfig;
import dev.postern.dovecot.dict.DictServer;
import dev.postern.dovecot.events.EventServer;
import dev.postern.dovecot.events.Spool;
import dev.postern.dovecot.postlogin.PostLoginServer;
import dev.postern.dovecot.quotawarning.WarningServer;
import dev.postern.http.ApiServices;
import dev.postern.http.WebServer;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.Timers;
import dev.postern.net.ConnectionMemoryLimit;
import dev.postern.net.UnixListener;
import dev.postern.pending.EventIntake;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.postfix.policy.PolicyServer;
import dev.postern.postfix.socketmap.SocketmapServer;
import dev.postern.quota.QuotaLookup;
import dev.postern.relay.RelayLookup;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What peers knock at: every server that the configuration has a section for. First open those that bring events, then
 * those that are asked.
 */
final class Listeners {

    private final Vertx vertx;
    private final AgentConfig config;
    private final InstantSource clock;
    private final Timers timers;
    private final MeterRegistry meters;
    private final ConnectionMemoryLimit memory;
    private final int connections;
    private final Deque<Supplier<Future<Void>>> open = new ArrayDeque<>();

    Listeners(Vertx vertx, AgentConfig config, InstantSource clock, Timers timers, MeterRegistry meters) {
        this.vertx = vertx;
        this.config = config;
        this.clock = clock;
        this.timers = timers;
        this.meters = meters;
        this.memory = ConnectionMemoryLimit.ofHeap(meters);
        this.connections = ConnectionLimit.share(config);
    }

    /**
     * Opens the sockets that bring events; fails with a sentence for the administrator when one cannot be opened.
     */
    Future<Void> openForEvents(EventIntake intake, MailboxView view) {
        return openEvents(intake)
                .compose(opened -> openDict(intake, view))
                .compose(opened -> openPostLogin(intake))
                .compose(opened -> openWarning());
    }

    /** Opens the sockets that Postfix asks; fails likewise. */
    Future<Void> openForLookups(QuotaLookup quota, RelayLookup relay) {
        return openSocketmap(quota, relay).compose(opened -> openPolicy(quota, relay));
    }

    /** Opens the door that administrators and their programs come in by; fails likewise. */
    Future<Void> openForAdministrators(ApiServices services) {
        AgentConfig.HttpSection http = config.http();
        if (http == null) {
            return Future.succeededFuture();
        }
        WebServer server =
                new WebServer(vertx, new WebServer.WebServerOptions(http, connections), services, timers, meters);
        return server.start().onSuccess(opened -> open.push(server::close));
    }

    /** Closes all at once, so that none accepts connections while another is being closed. */
    Future<Void> close() {
        return Future.join(open.stream().map(Supplier::get).toList()).mapEmpty();
    }

    private Future<Void> openEvents(EventIntake intake) {
        AgentConfig.EventsSection events = config.events();
        if (events == null) {
            return Future.succeededFuture();
        }
        EventServer server = new EventServer(
                vertx, intake, clock, timers, meters, options(events.socket(), events.mode(), events.group()));
        return server.start()
                .onSuccess(opened -> open.push(server::close))
                .compose(opened -> openSpool(events, intake));
    }

    private Future<Void> openSpool(AgentConfig.EventsSection events, EventIntake intake) {
        if (events.spool() == null) {
            return Future.succeededFuture();
        }
        Spool spool = new Spool(vertx, events.spool(), intake, clock, meters);
        return spool.start().onSuccess(opened -> open.push(spool::close));
    }

    private Future<Void> openDict(EventIntake intake, MailboxView view) {
        AgentConfig.DictSection dict = config.dict();
        if (dict == null) {
            return Future.succeededFuture();
        }
        DictServer server = new DictServer(
                vertx, options(dict.socket(), dict.mode(), dict.group()), intake, view, clock, timers, meters);
        return server.start().onSuccess(opened -> open.push(server::close));
    }

    private Future<Void> openPostLogin(EventIntake intake) {
        Map<String, Path> sockets =
                config.postlogin() == null ? Map.of() : config.postlogin().sockets();
        Future<Void> all = Future.succeededFuture();
        for (var socket : sockets.entrySet()) {
            PostLoginServer server = new PostLoginServer(
                    vertx,
                    options(socket.getValue(), PostLoginServer.MODE, null),
                    socket.getKey(),
                    intake,
                    clock,
                    timers,
                    meters);
            all = all.compose(before -> server.start().onSuccess(opened -> open.push(server::close)));
        }
        return all;
    }

    private Future<Void> openWarning() {
        AgentConfig.WarningSection warning = config.warning();
        if (warning == null) {
            return Future.succeededFuture();
        }
        return openWarning(warning, warning.quota(), WarningServer::quota)
                .compose(opened -> openWarning(warning, warning.over(), WarningServer::over));
    }

    private Future<Void> openWarning(
            AgentConfig.WarningSection warning, @Nullable Path socket, WarningServerFactory kind) {
        if (socket == null) {
            return Future.succeededFuture();
        }
        WarningServer server = kind.server(vertx, options(socket, warning.mode(), warning.group()), timers, meters);
        return server.start().onSuccess(opened -> open.push(server::close));
    }

    private Future<Void> openSocketmap(QuotaLookup quota, RelayLookup relay) {
        AgentConfig.SocketmapSection socketmap = config.socketmap();
        if (socketmap == null) {
            return Future.succeededFuture();
        }
        SocketmapServer server = new SocketmapServer(
                vertx,
                options(socketmap.socket(), socketmap.mode(), socketmap.group()),
                Map.of("quota", quota::answer, "pop-before-smtp", relay::answer),
                timers,
                LookupReplyQueue.DEADLINE,
                meters);
        return server.start().onSuccess(opened -> open.push(server::close));
    }

    private Future<Void> openPolicy(QuotaLookup quota, RelayLookup relay) {
        AgentConfig.PolicySection policy = config.policy();
        if (policy == null) {
            return Future.succeededFuture();
        }
        PolicyServer server = new PolicyServer(
                vertx,
                options(policy.socket(), policy.mode(), policy.group()),
                quota::answer,
                relay::answer,
                clock,
                timers,
                LookupReplyQueue.DEADLINE,
                meters);
        return server.start().onSuccess(opened -> open.push(server::close));
    }

    /** Which of the two warning sockets. */
    @FunctionalInterface
    private interface WarningServerFactory {
        WarningServer server(Vertx vertx, UnixListener.ListenerOptions options, Timers timers, MeterRegistry meters);
    }

    private UnixListener.ListenerOptions options(Path socket, int mode, @Nullable String group) {
        return new UnixListener.ListenerOptions(
                socket, mode, group, connections, config.limits().drainTimeout(), memory);
    }
}
