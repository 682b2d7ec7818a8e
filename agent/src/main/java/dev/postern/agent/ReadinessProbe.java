package dev.postern.agent;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfiguredSockets;
import dev.postern.files.FileProbe;
import dev.postern.files.FileWorker;
import dev.postern.http.Readiness;
import dev.postern.http.Readiness.ComponentStatus;
import dev.postern.model.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of each part of the agent. Looked after at most once a second, however often it is asked; a disk that does
 * not answer within a second is down, and only what lies on it.
 */
final class ReadinessProbe implements Readiness.ReadinessSource {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final BooleanSupplier mysql;
    private final Supplier<@Nullable Future<Boolean>> journal;
    private final Timers timers;
    private final @Nullable FileProbe<Boolean> spool;
    private final Map<String, FileProbe<Boolean>> sockets = new TreeMap<>();
    private @Nullable Future<Readiness> latest;

    /**
     * Nothing looked after yet.
     *
     * @param mysql whether the database is known to answer
     * @param journal whether it can be written; null = there is none
     */
    ReadinessProbe(
            Vertx vertx,
            AgentConfig config,
            BooleanSupplier mysql,
            Supplier<@Nullable Future<Boolean>> journal,
            Timers timers,
            MeterRegistry meters) {
        this.mysql = mysql;
        this.journal = journal;
        this.timers = timers;
        Path directory = config.events() == null ? null : config.events().spool();
        // Not the spool's own thread, which may have much to do.
        spool = directory == null
                ? null
                : new FileProbe<>(new FileWorker(vertx, "spool directory", meters), FRESH, () -> isUsable(directory));
        ConfiguredSockets.of(config)
                .forEach((key, socket) -> sockets.put(
                        name(key),
                        new FileProbe<>(
                                new FileWorker(vertx, name(key) + " socket", meters),
                                FRESH,
                                () -> Files.exists(socket))));
    }

    @Override
    public Future<Readiness> now() {
        if (latest == null) {
            latest = look();
            latest.onComplete(done -> timers.after(FRESH, () -> latest = null));
        }
        return latest;
    }

    private Future<Readiness> look() {
        Map<String, ComponentStatus> states = new TreeMap<>();
        Future<ComponentStatus> kept = state(journal.get());
        Future<ComponentStatus> spooled =
                state(spool == null ? null : spool.ask().otherwise(false));
        Future<Void> shown = Future.succeededFuture();
        for (var socket : sockets.entrySet()) {
            Future<Boolean> there = socket.getValue().ask().otherwise(false);
            shown = shown.compose(before -> there)
                    .onSuccess(is -> states.put(socket.getKey(), ComponentStatus.of(is)))
                    .mapEmpty();
        }
        Future<Void> all = shown;
        return kept.compose(keeps -> spooled.compose(spools ->
                all.map(known -> Readiness.of(ComponentStatus.of(mysql.getAsBoolean()), keeps, spools, states))));
    }

    private static Future<ComponentStatus> state(@Nullable Future<Boolean> works) {
        return works == null ? Future.succeededFuture(ComponentStatus.OFF) : works.map(ComponentStatus::of);
    }

    private static boolean isUsable(Path spool) {
        return Files.isDirectory(spool) && Files.isReadable(spool) && Files.isWritable(spool);
    }

    /** The section, where it has one socket. */
    private static String name(String key) {
        return key.endsWith(".socket") ? key.substring(0, key.indexOf('.')) : key;
    }
}
