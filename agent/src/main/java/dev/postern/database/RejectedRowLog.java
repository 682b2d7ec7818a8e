package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs each row that the database refuses, with all that it should have become, so that it can be fixed by hand;
 * counts them. It is logged before the rest of the batch is committed, since afterwards nothing else holds it; and
 * once, however often that has to be tried.
 */
final class RejectedRowLog {

    private static final Logger log = LoggerFactory.getLogger(RejectedRowLog.class);

    /** None of these lines may be folded into others: none is like another. */
    private static final Marker EACH = MarkerFactory.getMarker("each");

    private final Counter counter;
    private final Set<MailAddress> reported = new HashSet<>();
    private long batch = Long.MIN_VALUE;

    RejectedRowLog(MeterRegistry meters) {
        counter = meters.counter("postern.refused.rows");
    }

    void report(long number, List<BatchBisector.RejectedRow> refused) {
        if (batch != number) {
            batch = number;
            reported.clear();
        }
        for (BatchBisector.RejectedRow row : refused) {
            if (reported.add(row.row().email())) {
                counter.increment();
                report(row.row(), row.reason());
            }
        }
    }

    private static void report(Batch.RowChange row, String reason) {
        MailboxChange change = row.change();
        LoggingEventBuilder line =
                log.atError().addMarker(EACH).addKeyValue("user", row.email().value());
        if (change.lasttime() != null) {
            line = line.addKeyValue("lastip", change.lastip()).addKeyValue("lasttime", change.lasttime());
        }
        line = with(line, "bytes", change.bytes());
        line = with(line, "messages", change.messages());
        line.addKeyValue("reason", reason).log("row refused by the database, not written");
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, String column, @Nullable CounterChange figure) {
        if (figure == null) {
            return line;
        }
        return switch (figure.kind()) {
            case SET -> line.addKeyValue(column, figure.value());
            case INCREMENT -> line.addKeyValue(column + "_increment", figure.value());
            case UNSET -> line.addKeyValue(column, "NULL");
        };
    }
}
