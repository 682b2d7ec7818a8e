package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.MailboxFilter;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A page is a range of an index, in that index's order, however many mailboxes there are. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagePlansIT {

    private TestDatabase database;

    @BeforeAll
    void fill(TestDatabase database) {
        this.database = database;
        database.execute(
                "INSERT INTO user (email, bytes, max_bytes, lasttime)"
                        + " WITH d AS (SELECT 0 AS x UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT"
                        + " 4 UNION SELECT 5"
                        + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9), n AS (SELECT a.x + 10 * b.x"
                        + " + 100 * c.x + 1000 * e.x AS i FROM d a, d b, d c, d e)"
                        + " SELECT CONCAT('user', LPAD(i, 6, '0'), '@d', i MOD 100, '.example'), i MOD 1000, 990,"
                        + " IF(i MOD 500 = 0, NULL, '2026-01-01') FROM n",
                "ANALYZE TABLE user");
    }

    @Test
    void aPageIsARangeOfTheKey() {
        assertThat(plan(new MailboxFilter(null, null, null, null))).containsEntry("key", "email");
        assertThat(plan(new MailboxFilter("user00", null, null, null))).containsEntry("key", "email");
        assertThat(plan(new MailboxFilter(null, Set.of("d7.example"), null, null)))
                .containsEntry("key", "email");
    }

    @Test
    void whoIsOverQuotaHasAnIndexInTheSameOrder() {
        assertThat(plan(new MailboxFilter(null, null, true, null))).containsEntry("key", "over_quota");
    }

    @Test
    void whoHasNotBeenThereIsFoundByOneOfTheTwo() {
        Instant early = Instant.parse("2020-01-01T00:00:00Z");
        assertThat(row(new MailboxFilter(null, null, null, early)).get("key")).isIn("lasttime", "email");
    }

    /** Which must not sort: that would read all that fits for each page. */
    private Map<String, Object> plan(MailboxFilter filter) {
        Map<String, Object> row = row(filter);
        assertThat(String.valueOf(row.get("Extra"))).doesNotContain("filesort").doesNotContain("temporary");
        return row;
    }

    private Map<String, Object> row(MailboxFilter filter) {
        PageReader.PageQuery question = PageReader.question(filter, "agent", "user001000@d0.example", 100);
        Tuple parameters = question.parameters();
        Object[] values = IntStream.range(0, parameters.size())
                .mapToObj(parameters::getValue)
                .toArray();
        List<Map<String, Object>> rows = database.explain(question.sql(), values);
        return rows.stream()
                .filter(row -> "u".equals(row.get("table")))
                .findFirst()
                .orElseThrow();
    }
}
