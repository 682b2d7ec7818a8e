package dev.postern.check.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How Postfix's {@code mystrtokq} splits. */
class ConfigWordsTest {

    @Test
    void bracesKeepWordsTogether() {
        assertThat(ConfigWords.of("a, {b c, {d e}} f")).containsExactly("a", "{b c, {d e}}", "f");
    }

    @Test
    void aBraceThatClosesNothingIsACharacter() {
        assertThat(ConfigWords.of("a } {b c}")).containsExactly("a", "}", "{b c}");
    }

    @Test
    void aBraceThatIsNeverClosedGoesToTheEnd() {
        assertThat(ConfigWords.of("a {b c")).containsExactly("a", "{b c");
        assertThat(ConfigWords.inside("{")).isEqualTo("{");
    }

    @Test
    void otherBlanksDoNotSeparate() {
        assertThat(ConfigWords.of("a\u00a0b\tc\fd")).containsExactly("a\u00a0b", "c\fd");
    }
}
