package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Whatever a statement is, its tokens come one after the other and end, and nothing of its words is lost. */
class SqlTokensFuzzTest {

    @FuzzTest
    void anyTextIsReadToItsEnd(byte[] bytes) {
        String statement = new String(bytes, StandardCharsets.UTF_8);
        List<String> read = tokens(statement);
        assertThat(read).hasSizeLessThanOrEqualTo(statement.length());
        if (statement.chars().noneMatch(c -> c == '`' || c == '\'' || c == '"')) {
            assertThat(String.join("", read)).isEqualTo(withoutBlanks(statement));
            assertThat(read).allMatch(token -> !token.isEmpty());
        }
        // A name in quotes comes back as it is, whatever is in it.
        for (String quote : List.of("`", "'", "\"")) {
            assertThat(tokens(quote + statement.replace(quote, quote + quote) + quote + " x"))
                    .containsExactly(statement, "x");
        }
    }

    private static List<String> tokens(String statement) {
        SqlTokens tokens = SqlTokens.of(statement);
        List<String> read = new ArrayList<>();
        while (!tokens.isAtEnd()) {
            tokens.has("GRANT", "OPTION");
            tokens.isFollowedBy(".");
            read.add(tokens.next());
        }
        assertThat(tokens.skip("x")).isFalse();
        assertThat(tokens.next()).isEmpty();
        return read;
    }

    private static String withoutBlanks(String text) {
        StringBuilder rest = new StringBuilder();
        text.chars().filter(c -> !Character.isWhitespace(c)).forEach(c -> rest.append((char) c));
        return rest.toString();
    }
}
