package dev.postern.agent;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfiguredSockets;
import dev.postern.http.Readiness;
import dev.postern.http.Readiness.ComponentStatus;
import dev.postern.model.Timers;
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

/** The state of each part of the agent. Looked after at most once a second, however often it is asked. */
final class ReadinessProbe implements Readiness.ReadinessSource {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final AgentConfig config;
    private final BooleanSupplier mysql;
    private final Supplier<@Nullable Future<Boolean>> journal;
    private final Timers timers;
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
            Timers timers) {
        this.vertx = vertx;
        this.config = config;
        this.mysql = mysql;
        this.journal = journal;
        this.timers = timers;
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
        Future<Boolean> written = journal.get();
        Future<ComponentStatus> kept =
                written == null ? Future.succeededFuture(ComponentStatus.OFF) : written.map(ComponentStatus::of);
        return kept.compose(keeps -> vertx.executeBlocking(() -> Map.entry(spool(), sockets()))
                .map(files -> Readiness.of(
                        ComponentStatus.of(mysql.getAsBoolean()), keeps, files.getKey(), files.getValue())));
    }

    private ComponentStatus spool() {
        Path spool = config.events() == null ? null : config.events().spool();
        return spool == null
                ? ComponentStatus.OFF
                : ComponentStatus.of(Files.isDirectory(spool) && Files.isReadable(spool) && Files.isWritable(spool));
    }

    private Map<String, ComponentStatus> sockets() {
        Map<String, ComponentStatus> states = new TreeMap<>();
        ConfiguredSockets.of(config)
                .forEach((key, socket) -> states.put(name(key), ComponentStatus.of(Files.exists(socket))));
        return states;
    }

    /** The section, where it has one socket. */
    private static String name(String key) {
        return key.endsWith(".socket") ? key.substring(0, key.indexOf('.')) : key;
    }
}
