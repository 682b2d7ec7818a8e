package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {

    private final StringWriter out = new StringWriter();

    @Test
    void aListOfJsonIsOneDocument() {
        Rows rows = rows(ApiOptions.Format.JSON);
        rows.begin("\"as_of\":\"now\",");
        rows.accept("{\"email\":\"a\"}");
        rows.accept("{\"email\":\"b\"}");
        rows.complete();
        rows.end();
        assertThat(out).hasToString("{\"as_of\":\"now\",\"items\":[\n{\"email\":\"a\"},\n{\"email\":\"b\"}\n]}\n");
        assertThat(Json.read(out.toString()).path("items")).hasSize(2);
    }

    @Test
    void soIsOneWithoutItems() {
        Rows rows = rows(ApiOptions.Format.JSON);
        rows.begin("\"as_of\":\"now\",");
        rows.complete();
        assertThat(out).hasToString("{\"as_of\":\"now\",\"items\":[]}\n");
    }

    @Test
    void oneThatBreaksOffIsNone() {
        Rows rows = rows(ApiOptions.Format.JSON);
        rows.begin("\"as_of\":\"now\",");
        rows.accept("{\"email\":\"a\"}");
        rows.end();
        assertThat(Json.read(out.toString()).isMissingNode()).isTrue();
    }

    @Test
    void oneItemIsAsItCame() {
        Rows rows = rows(ApiOptions.Format.JSON);
        rows.accept("{\"email\":\"a\"}");
        rows.end();
        assertThat(out).hasToString("{\"email\":\"a\"}\n");
    }

    @Test
    void fieldsAreAListsAlone() {
        Rows rows = rows(ApiOptions.Format.TAB);
        rows.begin("\"as_of\":\"now\",");
        rows.accept("{\"email\":\"a\",\"bytes\":1}");
        rows.complete();
        assertThat(out).hasToString("a\t1\n");
    }

    private Rows rows(ApiOptions.Format format) {
        return new Rows(
                List.of(Rows.Column.of("email"), Rows.Column.size("bytes")), format, 0, new PrintWriter(out, true));
    }
}
