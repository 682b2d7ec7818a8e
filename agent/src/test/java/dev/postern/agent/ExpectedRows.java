package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.TestDatabase;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A thousand mailboxes with nothing in them, and what the table must hold for them. */
final class ExpectedRows {

    private static final int COUNT = 1000;

    private final TestDatabase database;
    private final Map<String, ExpectedRow> all = new LinkedHashMap<>();
    private final Map<String, String> lastLogins = new HashMap<>();

    /** In place of those that there are. */
    ExpectedRows(TestDatabase database) {
        this.database = database;
        StringBuilder insert = new StringBuilder("INSERT INTO user (email, bytes, messages) VALUES ");
        for (int i = 0; i < COUNT; i++) {
            String user = "user" + i + "@example.org";
            all.put(user, new ExpectedRow(user));
            insert.append(i == 0 ? "" : ", ").append("('").append(user).append("', 0, 0)");
        }
        database.execute("DELETE FROM user", insert.toString());
    }

    Collection<ExpectedRow> all() {
        return all.values();
    }

    List<Map<String, Object>> rows() {
        return database.query("SELECT " + ExpectedRow.COLUMNS + " FROM user ORDER BY id");
    }

    /** What is wrong with the table, not all of it. */
    List<String> complaints() {
        return rows().stream()
                .map(row -> all.get((String) row.get("email")).complaint(row))
                .filter(Objects::nonNull)
                .limit(5)
                .toList();
    }

    /** Since this was asked last. */
    void noLoginHasMovedBack() {
        for (Map<String, Object> row : rows()) {
            String now = (String) row.get("lasttime");
            String before = now == null ? null : lastLogins.put((String) row.get("email"), now);
            assertThat(before == null || before.compareTo(now) <= 0)
                    .as("%s after %s", row, before)
                    .isTrue();
        }
    }
}
