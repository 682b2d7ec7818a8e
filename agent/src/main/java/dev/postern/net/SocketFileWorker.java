package dev.postern.net;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Claims, shows and removes the files of sockets: at start and stop only, and never on the event loop. */
public final class SocketFileWorker {

    private static final int TIMEOUT_SECONDS = 5;

    private SocketFileWorker() {}

    /** Does a job; fails with {@link ListenException} when the disk does not answer within five seconds. */
    public static <T> Future<T> run(Context context, Path socket, Callable<T> job) {
        return context.executeBlocking(job, false)
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new ListenException("the disk of " + socket + " does not answer", failure)
                                : failure));
    }

    /** Removes a socket's file. */
    public static Future<Void> remove(Context context, SocketFile file) {
        return run(context, file.socket(), () -> {
                    file.close();
                    return true;
                })
                .mapEmpty();
    }
}
