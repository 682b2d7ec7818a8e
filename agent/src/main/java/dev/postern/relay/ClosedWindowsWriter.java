package dev.postern.relay;

import dev.postern.files.FileWorker;
import dev.postern.model.FailureText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file of closed relay windows as the last closing was: one write at a time, and after it one more for all
 * that have come meanwhile, however many they are.
 */
public final class ClosedWindowsWriter {

    /** Completes for the request that closed a window. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(ClosedWindowsWriter.class);

    private final ClosedWindowsFile file;
    private final FileWorker worker;
    private @Nullable List<RelayWindows.ClosedWindow> next;
    private Promise<Void> nextDone = Promise.promise();
    private boolean writing;

    public ClosedWindowsWriter(ClosedWindowsFile file, FileWorker worker) {
        this.file = file;
        this.worker = worker;
    }

    /**
     * Completes when these are on the disk, or cannot be, or are not in time: then they will be, when the disk goes on.
     */
    public Future<Void> keep(List<RelayWindows.ClosedWindow> closures) {
        next = closures;
        Future<Void> done = nextDone.future();
        if (!writing) {
            write();
        }
        return worker.within(TIMEOUT, done)
                .onFailure(e -> log.atWarn()
                        .addKeyValue("reason", FailureText.of(e))
                        .log("closed relay window opens again if the agent restarts now"))
                .otherwiseEmpty();
    }

    private void write() {
        List<RelayWindows.ClosedWindow> closures = next;
        if (closures == null) {
            return;
        }
        Promise<Void> done = nextDone;
        next = null;
        nextDone = Promise.promise();
        writing = true;
        worker.run(() -> {
                    file.write(closures);
                    return true;
                })
                .<Void>mapEmpty()
                .onComplete(done)
                .onComplete(ended -> {
                    writing = false;
                    write();
                });
    }
}
