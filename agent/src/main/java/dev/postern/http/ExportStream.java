package dev.postern.http;

import dev.postern.mailbox.SliceRunner;
import dev.postern.model.Timers;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole list, part by part: the next is read once the peer has taken most of those before. Neither memory nor the
 * event loop see more than one part at a time.
 */
final class ExportStream {

    /** Of a list, in its order. */
    record ExportPart(
            List<? extends ApiItem> items, @Nullable String next, Instant asOf) {}

    /** The source of the list. */
    @FunctionalInterface
    interface ExportSource {
        Future<ExportPart> after(String last);
    }

    private final HttpServerResponse response;
    private final ExportFormat format;
    private final Class<? extends ApiItem> type;
    private final ExportSource source;
    private final Timers timers;
    private final boolean headOnly;
    private final Promise<Void> ended = Promise.promise();
    private boolean begun;

    private ExportStream(
            HttpServerResponse response,
            ExportFormat format,
            Class<? extends ApiItem> type,
            ExportSource source,
            Timers timers,
            boolean head) {
        this.response = response;
        this.format = format;
        this.type = type;
        this.source = source;
        this.timers = timers;
        this.headOnly = head;
    }

    /** Sends it; fails when it could not be begun, and nothing has been sent yet, or not be ended. */
    static Future<Void> send(
            HttpServerResponse response,
            ExportFormat format,
            Class<? extends ApiItem> type,
            ExportSource source,
            Timers timers,
            boolean head) {
        ExportStream export = new ExportStream(response, format, type, source, timers, head);
        // A peer that goes away ends the list without an answer.
        response.exceptionHandler(gone -> export.ended.tryComplete());
        response.closeHandler(gone -> export.ended.tryComplete());
        export.read("");
        return export.ended.future();
    }

    private void read(String last) {
        source.after(last).onSuccess(this::write).onFailure(ended::tryFail);
    }

    private void write(ExportPart part) {
        if (response.closed() || ended.future().isComplete()) {
            return;
        }
        if (!begun) {
            response.setChunked(true)
                    .putHeader(HttpHeaderNames.CONTENT_TYPE, format.contentType())
                    .putHeader(ApiResponse.AS_OF, part.asOf().toString());
        }
        if (headOnly) {
            response.end().onComplete(ended);
            return;
        }
        if (!begun && format == ExportFormat.JSON) {
            response.write("{\"as_of\":\"" + part.asOf() + "\",\"items\":[");
        }
        response.write(ItemRenderer.lines(format, type, part.items(), !begun));
        begun = true;
        String next = part.next();
        if (next == null) {
            (format == ExportFormat.JSON ? response.end("]}") : response.end()).onComplete(ended);
        } else if (response.writeQueueFull()) {
            response.drainHandler(drained -> read(next));
        } else {
            timers.after(SliceRunner.PAUSE, () -> read(next));
        }
    }
}
