package dev.postern;

import dev.postern.config.AgentConfig;
import dev.postern.net.ListenException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent as a process: one event loop, from start until SIGTERM or SIGINT. */
public final class Daemon {

    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    /** A little more than the agent itself takes to drain. */
    private static final long STOP_SECONDS = 15;

    private Daemon() {}

    /**
     * Starts the agent, stops it when the process is told to end, and returns only then.
     *
     * @param password of the database account
     * @param started called once the agent is ready
     * @throws ListenException when a socket cannot be opened, with a sentence for the administrator
     */
    public static void run(AgentConfig config, String password, Runnable started) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                // Needed for half-closed Unix sockets; see dev.postern.net.
                .setPreferNativeTransport(true));
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            vertx.deployVerticle(new Agent(vertx, config, password, InstantSource.system(), new SimpleMeterRegistry()))
                    .await();
        } catch (ListenException refused) {
            stop(vertx);
            throw refused;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop(vertx);
                            stopped.countDown();
                        },
                        "stop"));
        started.run();
        awaitUninterruptibly(stopped);
    }

    /** Undeploys the agent, which drains. */
    private static void stop(Vertx vertx) {
        try {
            vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
            log.atInfo().log("stopped");
        } catch (TimeoutException late) {
            log.atWarn().log("stopped before everything was closed");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
