package dev.postern.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ByteSplits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDecoderTest {

    private final List<String> lines = new ArrayList<>();
    private final LineDecoder decoder =
            new LineDecoder(8, (bytes, from, to) -> lines.add(new String(bytes, from, to - from, US_ASCII)));

    private boolean feed(String text) {
        return decoder.feed(text.getBytes(US_ASCII));
    }

    @Test
    void severalLinesInOneRead() {
        assertThat(feed("one\n\ntwo\r\n")).isTrue();
        assertThat(lines).containsExactly("one", "", "two\r");
        assertThat(decoder.isMidLine()).isFalse();
    }

    @Test
    void theSameLinesHoweverTheyAreSplit() {
        byte[] stream = "a\n\nlonger\nlast".getBytes(US_ASCII);
        for (List<byte[]> pieces : ByteSplits.all(stream)) {
            List<String> found = new ArrayList<>();
            LineDecoder each =
                    new LineDecoder(8, (bytes, from, to) -> found.add(new String(bytes, from, to - from, US_ASCII)));
            pieces.forEach(piece -> assertThat(each.feed(piece)).isTrue());
            assertThat(found).containsExactly("a", "", "longer");
            assertThat(each.isMidLine()).isTrue();
        }
    }

    @Test
    void aLineOfTheMaximumLengthIsTheLongest() {
        assertThat(feed("12345678\n")).isTrue();
        assertThat(lines).containsExactly("12345678");
        assertThat(feed("123456789\n")).isFalse();
        assertThat(lines).hasSize(1);
    }

    @Test
    void aLineThatDoesNotEndIsRefusedOnceItIsTooLong() {
        assertThat(feed("1234")).isTrue();
        assertThat(feed("5678")).isTrue();
        assertThat(feed("9")).isFalse();
        assertThat(lines).isEmpty();
    }

    @Test
    void aPieceThatMakesALineTooLongIsNoLine() {
        assertThat(feed("1234567")).isTrue();
        assertThat(feed("89\n")).isFalse();
        assertThat(lines).isEmpty();
    }

    @Test
    void holdsMemoryOnlyWhileALineIsUnfinished() {
        assertThat(decoder.bufferedBytes()).isZero();
        feed("abc");
        assertThat(decoder.bufferedBytes()).isBetween(3, 8);
        feed("\n");
        assertThat(decoder.bufferedBytes()).isZero();
    }
}
