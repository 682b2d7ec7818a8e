package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderingTest {

    private static final String HEAD =
            "email,active,lastip,lasttime,bytes,messages,max_bytes,max_messages,over_quota,pending\r\n";

    @Test
    void csvHasAHeadAndAnEmptyFieldForWhatIsNotKnown() {
        assertThat(csv(true, item("alice@example.org")))
                .isEqualTo(HEAD + "\"alice@example.org\",true,,,-5,,10,0,false,true\r\n");
        assertThat(csv(false, item("bob@example.org"))).isEqualTo("\"bob@example.org\",true,,,-5,,10,0,false,true\r\n");
        assertThat(csv(true)).isEqualTo(HEAD);
        assertThat(csv(false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            =1+1@example.org                 | "'=1+1@example.org"
            +49@example.org                  | "'+49@example.org"
            -x@example.org                   | "'-x@example.org"
            @@example.org                    | "'@@example.org"
            a,b@example.org                  | "a,b@example.org"
            a"b@example.org                  | "a""b@example.org"
            """)
    void csvQuotesAndDefusesAddresses(String email, String field) {
        assertThat(csv(false, item(email))).startsWith(field + ",true,");
    }

    @Test
    void aLineEndInsideAnAddressIsQuoted() {
        assertThat(csv(false, item("a\nb@x.org"))).startsWith("\"a\nb@x.org\",");
    }

    @Test
    void jsonIsWhatTheDocumentSays() {
        assertThat(Rendering.lines(Format.NDJSON, Item.OfMailbox.class, List.of(item("=a@x.org")), true))
                .hasToString(
                        "{\"email\":\"=a@x.org\",\"active\":true,\"lastip\":null,\"lasttime\":null,\"bytes\":-5,"
                                + "\"messages\":null,\"max_bytes\":10,\"max_messages\":0,\"over_quota\":false,\"pending\":true}\n");
    }

    @Test
    void elementsOfSeveralPartsMakeOneArray() {
        List<Item.OfWindow> one = List.of(new Item.OfWindow("192.0.2.7", "a@x.org", "imap", "l", "e"));
        String array =
                Rendering.lines(Format.JSON, Item.OfWindow.class, one, true).toString()
                        + Rendering.lines(Format.JSON, Item.OfWindow.class, List.of(), false)
                        + Rendering.lines(Format.JSON, Item.OfWindow.class, one, false);
        assertThat(array).matches("\\{[^{}]*},\\{[^{}]*}");
    }

    @Test
    void anEtagIsComparedWeakly() {
        assertThat(Answers.matches("W/\"a\"", "W/\"a\"")).isTrue();
        assertThat(Answers.matches("\"b\", \"a\"", "W/\"a\"")).isTrue();
        assertThat(Answers.matches("*", "W/\"a\"")).isTrue();
        assertThat(Answers.matches("W/\"b\"", "W/\"a\"")).isFalse();
        assertThat(Answers.matches(null, "W/\"a\"")).isFalse();
    }

    private static String csv(boolean first, Item.OfMailbox... items) {
        return Rendering.lines(Format.CSV, Item.OfMailbox.class, List.of(items), first)
                .toString();
    }

    private static Item.OfMailbox item(String email) {
        return new Item.OfMailbox(email, true, null, null, -5L, null, 10, 0, false, true);
    }
}
