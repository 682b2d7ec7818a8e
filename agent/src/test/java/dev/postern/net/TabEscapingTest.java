package dev.postern.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code lib/strescape.c} of Dovecot 2.3 and 2.4. */
class TabEscapingTest {

    @Test
    void escapesWhatWouldEndAFieldOrALine() {
        assertThat(TabEscaping.escape("a\tb\nc\rd\0e\1f")).isEqualTo("a\1tb\1nc\1rd\0010e\0011f");
        assertThat(TabEscaping.escape("müller@example.org")).isEqualTo("müller@example.org");
    }

    @Test
    void anUnknownEscapeIsItsCharacterAndAnUnfinishedOneIsDropped() {
        assertThat(TabEscaping.unescape("a\1xb")).isEqualTo("axb");
        assertThat(TabEscaping.unescape("a\1")).isEqualTo("a");
    }

    @Test
    void splitsBeforeItUnescapes() {
        assertThat(TabEscaping.split("a\1tb\tc\t")).containsExactly("a\tb", "c", "");
        assertThat(TabEscaping.split("")).containsExactly("");
    }

    @Test
    void whatIsEscapedIsOneFieldAndComesBack() {
        Random random = SeededRandom.random();
        String letters = "\0\1\t\r\nat01é";
        for (int round = 0; round < 10_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            String escaped = TabEscaping.escape(text.toString());
            assertThat(escaped).doesNotContain("\t", "\n", "\r", "\0");
            assertThat(TabEscaping.split(escaped)).containsExactly(text.toString());
        }
    }
}
