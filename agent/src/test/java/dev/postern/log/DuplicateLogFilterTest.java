package dev.postern.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

class DuplicateLogFilterTest {

    private final LoggerContext context = new LoggerContext();
    private final DuplicateLogFilter folding = new DuplicateLogFilter();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = context.getLogger("dev.postern.test");

    @BeforeEach
    void write() {
        folding.start();
        lines.setContext(context);
        lines.addFilter(folding);
        lines.start();
        context.getLogger("ROOT").addAppender(lines);
    }

    @Test
    void theFirstFewAreWrittenAndTheRestIsSummedUp() {
        IntStream.range(0, 25).forEach(i -> log.atWarn().addKeyValue("peer", i).log("peer dropped"));

        assertThat(lines.list).hasSize(DuplicateLogFilter.WRITTEN);
        folding.nextPeriod(context);
        assertThat(lines.list).hasSize(DuplicateLogFilter.WRITTEN + 1);
        ILoggingEvent last = lines.list.get(DuplicateLogFilter.WRITTEN);
        assertThat(new KeyValueEncoder(false, () -> false).line(last))
                .isEqualTo("level=warn event=\"peer dropped\" folded=15\n");
    }

    @Test
    void otherTextsLevelsAndLoggersAreOthers() {
        for (int i = 0; i < DuplicateLogFilter.WRITTEN; i++) {
            log.atWarn().log("peer dropped");
        }
        log.atError().log("peer dropped");
        log.atWarn().log("database down");
        context.getLogger("dev.postern.other").atWarn().log("peer dropped");

        assertThat(lines.list).hasSize(DuplicateLogFilter.WRITTEN + 3);
    }

    @Test
    void whatIsNoFailureIsNeverHeldBack() {
        IntStream.range(0, 100).forEach(i -> log.atInfo().addKeyValue("ip", i).log("relay window opened"));

        assertThat(lines.list).hasSize(100);
        folding.nextPeriod(context);
        assertThat(lines.list).hasSize(100);
    }

    @Test
    void whatHasToBeSeenIsNeverHeldBack() {
        Marker each = MarkerFactory.getMarker(DuplicateLogFilter.EACH);
        IntStream.range(0, 100)
                .forEach(i ->
                        log.atError().addMarker(each).addKeyValue("user", i).log("row refused"));

        assertThat(lines.list).hasSize(100);
    }

    @Test
    void aNewPeriodBeginsAnew() {
        IntStream.range(0, DuplicateLogFilter.WRITTEN).forEach(i -> log.atWarn().log("peer dropped"));
        folding.nextPeriod(context);
        log.atWarn().log("peer dropped");

        assertThat(lines.list).hasSize(DuplicateLogFilter.WRITTEN + 1);
        assertThat(List.copyOf(lines.list))
                .allSatisfy(line -> assertThat(line.getKeyValuePairs()).isNull());
    }
}
