package dev.postern.http;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a list is written as. */
enum ExportFormat {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv");

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String contentType() {
        return this == CSV ? "text/csv; charset=utf-8; header=present" : mediaType;
    }

    /** The parameter's word, else the format that the peer prefers; JSON by default. */
    static ExportFormat of(@Nullable String word, RoutingContext request) {
        if (word != null) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
        List<MIMEHeader> accepted = request.parsedHeaders().accept();
        if (accepted.isEmpty()) {
            return JSON;
        }
        for (MIMEHeader taken : accepted) {
            for (ExportFormat format : values()) {
                if (format.isAcceptedBy(taken)) {
                    return format;
                }
            }
        }
        throw new HttpException(406, "there are application/json, application/x-ndjson and text/csv");
    }

    private boolean isAcceptedBy(MIMEHeader taken) {
        if (taken.weight() <= 0) {
            return false;
        }
        String[] parts = mediaType.split("/", 2);
        return taken.component().equals("*")
                || (taken.component().equals(parts[0])
                        && (taken.subComponent().equals("*")
                                || taken.subComponent().equals(parts[1])));
    }
}
