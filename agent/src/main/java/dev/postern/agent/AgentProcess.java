package dev.postern.agent;

import dev.postern.config.AgentConfig;
import dev.postern.journal.OpenResult;
import dev.postern.log.Logging;
import dev.postern.metrics.MetricsRegistry;
import dev.postern.net.ListenException;
import dev.postern.relay.RelayRules;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent and its event loop. */
public final class AgentProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AgentProcess.class);

    /** Beyond {@code drain_timeout}: for closing what is open. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final String deployment;
    private final Duration timeout;

    private AgentProcess(Vertx vertx, String deployment, Duration patience) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.timeout = patience;
    }

    /**
     * Starts it; returns when every socket is open.
     *
     * @param password of the database account
     * @param relay which logins open the relay
     * @param journal what has been accepted before and perhaps not written; null without a journal
     * @throws ListenException when a socket cannot be opened, with a sentence for the administrator
     */
    public static AgentProcess start(
            AgentConfig config, String password, RelayRules relay, OpenResult.@Nullable OpenedJournal journal) {
        MetricsRegistry metrics = new MetricsRegistry();
        Vertx vertx = metrics.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2)
                // Needed for half-closed Unix sockets; see dev.postern.net.
                .setPreferNativeTransport(true));
        try {
            String deployment = vertx.deployVerticle(
                            new Agent(vertx, config, password, relay, journal, InstantSource.system(), metrics))
                    .await();
            return new AgentProcess(
                    vertx, deployment, config.limits().drainTimeout().plus(CLOSING));
        } catch (ListenException refused) {
            close(vertx, CLOSING.toNanos());
            throw refused;
        }
    }

    /** Stops logging; called last. */
    private static void close(Vertx vertx, long nanos) {
        try {
            vertx.close().await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            log.atWarn().log("stopped before everything was closed");
        }
    }

    /**
     * Drains and stops. The agent first, and only then what it stands on: closing Vert.x takes its workers away at
     * once.
     */
    @Override
    public void close() {
        long begin = System.nanoTime();
        try {
            vertx.undeploy(deployment)
                    .onFailure(fault -> log.atError().setCause(fault).log("not stopped in order"))
                    .otherwiseEmpty()
                    .await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            // Not composed with the above: the event loop that would run it is gone by then.
            long left = timeout.toNanos() - (System.nanoTime() - begin);
            vertx.close().await(Math.max(0, left), TimeUnit.NANOSECONDS);
            Logging.reportSuppressed();
            log.atInfo().log("stopped");
        } catch (TimeoutException late) {
            log.atWarn().log("stopped before everything was closed");
        }
    }
}
