package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.CapturedLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    private static final DatabaseError GONE = DatabaseError.of(new ConnectException("refused"));
    private static final DatabaseError HANGS = DatabaseError.of(new TimeoutException());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Availability availability = new Availability("db:3306", meters);
    private final CapturedLog log = CapturedLog.of(Availability.class);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void saysEachChangeOnce() {
        availability.up();
        availability.up();
        availability.down(GONE);
        availability.down(GONE);
        availability.up();
        availability.down(GONE);

        assertThat(log.take())
                .containsExactly(
                        "database up mysql=db:3306",
                        "database down mysql=db:3306 reason=cannot connect: connection refused",
                        "database up mysql=db:3306",
                        "database down mysql=db:3306 reason=cannot connect: connection refused");
    }

    @Test
    void saysAnotherReasonOnceHoweverOftenTheyTakeTurns() {
        for (int i = 0; i < 10; i++) {
            availability.down(HANGS);
            availability.down(GONE);
        }
        assertThat(log.take())
                .containsExactly(
                        "database down mysql=db:3306 reason=no answer within mysql_timeout",
                        "database still down mysql=db:3306 reason=cannot connect: connection refused");
    }

    @Test
    void isUpOnlyOnceItIsKnownToBe() {
        assertThat(gauge()).isZero();
        availability.up();
        assertThat(gauge()).isEqualTo(1);
        availability.down(HANGS);
        assertThat(gauge()).isZero();
    }

    private double gauge() {
        return meters.get("postern.mysql.up").gauge().value();
    }
}
