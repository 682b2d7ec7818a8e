package dev.postern.database;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Figure;
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
 * Tells of each row that the database refuses, with all that it should have become, so that it can be seen to by hand;
 * counts them. It is told before the rest of the batch is committed, for afterwards nobody else knows of it; and once,
 * however often that has to be tried.
 */
final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    /** None of these lines may be folded into others: none is like another. */
    private static final Marker EACH = MarkerFactory.getMarker("each");

    private final Counter counter;
    private final Set<Address> told = new HashSet<>();
    private long batch = Long.MIN_VALUE;

    Refusals(MeterRegistry meters) {
        counter = meters.counter("postern.refused.rows");
    }

    void tell(long number, List<Salvage.Refused> refused) {
        if (batch != number) {
            batch = number;
            told.clear();
        }
        for (Salvage.Refused row : refused) {
            if (told.add(row.row().email())) {
                counter.increment();
                tell(row.row(), row.reason());
            }
        }
    }

    private static void tell(Batch.Row row, String reason) {
        Change change = row.change();
        LoggingEventBuilder line =
                log.atError().addMarker(EACH).addKeyValue("user", row.email().value());
        if (change.lasttime() != null) {
            line = line.addKeyValue("lastip", change.lastip()).addKeyValue("lasttime", change.lasttime());
        }
        line = with(line, "bytes", change.bytes());
        line = with(line, "messages", change.messages());
        line.addKeyValue("reason", reason).log("row refused by the database, not written");
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, String column, @Nullable Figure figure) {
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
