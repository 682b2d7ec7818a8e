package dev.postern.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class KeyValueEncoderTest {

    private final KeyValueEncoder encoder = new KeyValueEncoder(false, () -> false);

    @Test
    void writesOneLineAnEvent() {
        LoggingEvent event = event("relay opened", null);
        event.setInstant(Instant.parse("2026-11-23T12:00:00.120Z"));
        event.addKeyValuePair(new KeyValuePair("user", "alice@example.org"));
        event.addKeyValuePair(new KeyValuePair("ip", "2001:db8::7"));
        event.addKeyValuePair(new KeyValuePair("bytes", 7));
        assertThat(new KeyValueEncoder(true, () -> false).line(event))
                .isEqualTo("time=2026-11-23T12:00:00.120Z level=info event=\"relay opened\" user=alice@example.org"
                        + " ip=2001:db8::7 bytes=7\n");
        assertThat(encoder.line(event)).startsWith("level=info event=\"relay opened\" ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "plain|plain",
                "<a+b@example.org>|<a+b@example.org>",
                "two words|\"two words\"",
                "a=b|\"a=b\"",
                "he said \"hi\"|\"he said \\\"hi\\\"\"",
                "back\\slash|\"back\\\\slash\"",
                "a\u2028b|\"a\\u2028b\"",
                "a\u202eb|\"a\\u202Eb\"",
                "a\u0085b|\"a\\u0085b\"",
                "a\u001b[2Jb|\"a\\u001B[2Jb\"",
                "müller|\"müller\"",
                "a\ud800b|\"a\\uD800b\"",
                "a\ud83d\ude00b|\"a\ud83d\ude00b\""
            })
    void noValueEndsBeforeItsEnd(String value, String written) {
        assertThat(line("user", value)).isEqualTo("level=info event=login user=" + written + "\n");
    }

    @Test
    void noValueBeginsALine() {
        String hostile = "x\nlevel=error event=\"all is lost\"\r\n\tuser=\0bob";
        assertThat(line("user", hostile))
                .isEqualTo("level=info event=login"
                        + " user=\"x\\nlevel=error event=\\\"all is lost\\\"\\r\\n\\tuser=\\u0000bob\"\n");
        assertThat(encoder.line(event("x\ny", null))).isEqualTo("level=info event=\"x\\ny\"\n");
        assertThat(line("a b=\n\"", "c")).isEqualTo("level=info event=login a_b___=c\n");
    }

    @Test
    void longValuesAreCut() {
        assertThat(line("user", "a".repeat(500))).hasSize("level=info event=login user=\n".length() + 500);
        assertThat(line("user", "a".repeat(100_000)))
                .isEqualTo("level=info event=login user=\"" + "a".repeat(500) + "…\"\n");
        assertThat(line("user", "\0".repeat(100_000))).hasSizeLessThan(3100).endsWith("…\"\n");
    }

    @Test
    void nothingIsSomething() {
        assertThat(line("user", "")).endsWith(" user=\"\"\n");
        assertThat(line("user", null)).endsWith(" user=null\n");
        assertThat(encoder.line(event(null, null))).isEqualTo("level=info event=null\n");
    }

    @Test
    void exceptionsAreTheChainOnTheSameLine() {
        Throwable failure = new IOException("no\nluck", new ConnectException());
        assertThat(encoder.line(error("gone", failure)))
                .isEqualTo("level=error event=gone"
                        + " error=\"java.io.IOException: no\\nluck: java.net.ConnectException\"\n");
        assertThat(new KeyValueEncoder(false, () -> true).line(error("gone", failure)))
                .contains(" stack=\"dev.postern.log.KeyValueEncoderTest.")
                .hasLineCount(1);
    }

    @Test
    void aWarningIsInWords() {
        LoggingEvent event = new LoggingEvent(
                "test",
                new LoggerContext().getLogger("dev.postern"),
                Level.WARN,
                "not kept",
                new IOException("x", new ConnectException()),
                new Object[0]);
        assertThat(encoder.line(event)).isEqualTo("level=warn event=\"not kept\" error=\"connection refused\"\n");
    }

    @Test
    void endlessChainsEnd() {
        Throwable failure = new IOException("0");
        for (int i = 1; i < 50; i++) {
            failure = new IOException(Integer.toString(i), failure);
        }
        failure.addSuppressed(failure.getCause());
        assertThat(encoder.line(error("gone", failure))).contains("45").doesNotContain("44");
    }

    private String line(String key, Object value) {
        LoggingEvent event = event("login", null);
        event.addKeyValuePair(new KeyValuePair(key, value));
        return encoder.line(event);
    }

    private static LoggingEvent error(String message, Throwable failure) {
        return new LoggingEvent(
                "test", new LoggerContext().getLogger("dev.postern"), Level.ERROR, message, failure, new Object[0]);
    }

    private static LoggingEvent event(String message, Throwable failure) {
        return new LoggingEvent(
                "test", new LoggerContext().getLogger("dev.postern"), Level.INFO, message, failure, new Object[0]);
    }
}
