package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingSuggestionTest {

    private static final List<String> KNOWN = List.of("host", "port", "socket", "password_file", "tls");

    @ParameterizedTest
    @CsvSource({
        "hots,host",
        "prot,port",
        "sockets,socket",
        "pasword_file,password_file",
        "password-file,password_file",
        "tsl,tls",
        "password,password_file"
    })
    void knowsWhatWasMeant(String written, String meant) {
        assertThat(SpellingSuggestion.of(written, KNOWN)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"colour", "x", "pool", "pass", "''"})
    void doesNotGuess(String written) {
        assertThat(SpellingSuggestion.of(written, KNOWN)).isNull();
    }

    @Test
    void doesNotCountLong() {
        assertThat(SpellingSuggestion.of("h".repeat(100_000), KNOWN)).isNull();
    }
}
