package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationFormatTest {

    @ParameterizedTest
    @CsvSource({
        "1m,60000,1m",
        "30s,30000,30s",
        "90s,90000,1m30s",
        "1h30m,5400000,1h30m",
        "500ms,500,500ms",
        "1d2h3m4s5ms,93784005,1d2h3m4s5ms",
        "1m1ms,60001,1m1ms",
        "0s,0,0s",
        "007s,7000,7s",
        "3600000ms,3600000,1h",
        "00000000000000000000007s,7000,7s",
        "1234567s,1234567000,14d6h56m7s"
    })
    void reads(String text, long millis, String written) {
        assertThat(DurationFormat.parse(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(DurationFormat.format(Duration.ofMillis(millis))).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999d", "9223372036854775807d", "9223372036854775808ms", "99999999999999999999h1ms"})
    void takesWhatIsTooLongForAnyBoundAsThat(String text) {
        assertThat(DurationFormat.parse(text)).isBetween(Duration.ofDays(1_000_000), Duration.ofDays(1_000_001));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "1", "m", "-1m", "+1m", "1 m", "1m ", "1.5h", "1M", "30m1h", "1m1m", "1h 30m", "1w", "1m\n",
                "١s", "PT1M"
            })
    void refuses(String text) {
        assertThat(DurationFormat.parse(text)).isNull();
    }
}
