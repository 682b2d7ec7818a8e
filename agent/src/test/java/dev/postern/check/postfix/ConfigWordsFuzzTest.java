package dev.postern.check.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever a parameter of Postfix is, its words are what stands between separators outside of braces. */
class ConfigWordsFuzzTest {

    private static final String SEPARATORS = "[, \t\r\n]";

    @FuzzTest
    void anyValueIsWordsOfItself(byte[] bytes) {
        String value = new String(bytes, StandardCharsets.UTF_8);
        List<String> words = ConfigWords.of(value);
        assertThat(String.join("", words).replaceAll(SEPARATORS, "")).isEqualTo(value.replaceAll(SEPARATORS, ""));
        for (String word : words) {
            assertThat(word).isNotEmpty();
            if (!word.contains("{")) {
                assertThat(word).doesNotContainPattern(SEPARATORS);
            }
            assertThat(ConfigWords.of(word)).containsExactly(word);
            assertThat(word).contains(ConfigWords.inside(word));
        }
        for (int at = 0; at < words.size(); at++) {
            RestrictionLookup question = RestrictionLookup.at(words, at);
            assertThat(question == null || question.at() == at).isTrue();
        }
    }
}
