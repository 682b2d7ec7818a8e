package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final RateLimiter rateLimiter = new RateLimiter(10, nanos::get);

    @Test
    void letsTwiceAsManyInAtOnceAndThenSoManyASecond() {
        assertThat(taken("a", 100)).isEqualTo(20);
        nanos.addAndGet(500_000_000);
        assertThat(taken("a", 100)).isEqualTo(5);
        nanos.addAndGet(60_000_000_000L);
        assertThat(taken("a", 100)).isEqualTo(20);
    }

    @Test
    void countsEachForItself() {
        taken("a", 100);
        assertThat(taken("b", 100)).isEqualTo(20);
    }

    private long taken(String who, int times) {
        return IntStream.range(0, times)
                .filter(i -> rateLimiter.tryAcquire(who))
                .count();
    }
}
