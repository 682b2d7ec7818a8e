package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemRendererTest {

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
            ＝1@example.org                   | "'＝1@example.org"
            ＋1@example.org                   | "'＋1@example.org"
            －1@example.org                   | "'－1@example.org"
            −1@example.org                   | "'−1@example.org"
            ﹣1@example.org                   | "'﹣1@example.org"
            a=1@example.org                  | "a=1@example.org"
            1+1@example.org                  | "1+1@example.org"
            a,b@example.org                  | "a,b@example.org"
            a"b@example.org                  | "a""b@example.org"
            """)
    void csvQuotesAndDefusesAddresses(String email, String field) {
        assertThat(csv(false, item(email))).startsWith(field + ",true,");
    }

    @ParameterizedTest
    @ValueSource(strings = {" =1", "\u00a0+1", "\u3000\uff1d1", "\u200b=1", "\t=1", "\r\n-1", "\t1", "\ufeff@1"})
    void csvDefusesWhatBeginsWithBlanks(String text) {
        assertThat(ApiItem.harmless(text)).isEqualTo("'" + text);
    }

    @Test
    void whatHasNoFormulaStaysAsItIs() {
        for (String text : List.of("", " ", " a=1", "alice", "\u3000a")) {
            assertThat(ApiItem.harmless(text)).isEqualTo(text);
        }
    }

    @Test
    void aLineEndInsideAnAddressIsQuoted() {
        assertThat(csv(false, item("a\nb@x.org"))).startsWith("\"a\nb@x.org\",");
    }

    @Test
    void jsonIsWhatTheDocumentSays() {
        assertThat(ItemRenderer.lines(ExportFormat.NDJSON, ApiItem.MailboxDto.class, List.of(item("=a@x.org")), true))
                .hasToString(
                        "{\"email\":\"=a@x.org\",\"active\":true,\"lastip\":null,\"lasttime\":null,\"bytes\":-5,"
                                + "\"messages\":null,\"max_bytes\":10,\"max_messages\":0,\"over_quota\":false,\"pending\":true}\n");
    }

    @Test
    void elementsOfSeveralPartsMakeOneArray() {
        List<ApiItem.RelayWindowDto> one =
                List.of(new ApiItem.RelayWindowDto("192.0.2.7", "a@x.org", "imap", "l", "e"));
        String array = ItemRenderer.lines(ExportFormat.JSON, ApiItem.RelayWindowDto.class, one, true)
                        .toString()
                + ItemRenderer.lines(ExportFormat.JSON, ApiItem.RelayWindowDto.class, List.of(), false)
                + ItemRenderer.lines(ExportFormat.JSON, ApiItem.RelayWindowDto.class, one, false);
        assertThat(array).matches("\\{[^{}]*},\\{[^{}]*}");
    }

    @Test
    void anEtagIsComparedWeakly() {
        assertThat(ApiResponse.matches("W/\"a\"", "W/\"a\"")).isTrue();
        assertThat(ApiResponse.matches("\"b\", \"a\"", "W/\"a\"")).isTrue();
        assertThat(ApiResponse.matches("*", "W/\"a\"")).isTrue();
        assertThat(ApiResponse.matches("W/\"b\"", "W/\"a\"")).isFalse();
        assertThat(ApiResponse.matches(null, "W/\"a\"")).isFalse();
    }

    private static String csv(boolean first, ApiItem.MailboxDto... items) {
        return ItemRenderer.lines(ExportFormat.CSV, ApiItem.MailboxDto.class, List.of(items), first)
                .toString();
    }

    private static ApiItem.MailboxDto item(String email) {
        return new ApiItem.MailboxDto(email, true, null, null, -5L, null, 10, 0, false, true);
    }
}
