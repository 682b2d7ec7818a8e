package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No shipped map reads a whole table: each is asked several times for every recipient. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class PostfixQueryPlansIT {

    private static final List<String> TABLES = List.of("user", "u", "subscription", "s", "c", "domain", "d");

    @BeforeAll
    static void fill(TestDatabase database) {
        String numbers = "WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 900) ";
        database.execute(
                "INSERT INTO `user` (email, surname, lastip, lasttime, bytes) " + numbers
                        + "SELECT CONCAT('u', i, '@example.org'), i, CONCAT('192.0.2.', i), UTC_TIMESTAMP(6), i FROM n",
                "INSERT INTO subscription (direction, email, recipient) " + numbers
                        + "SELECT IF(i % 2, 'I', 'O'), CONCAT('u', i, '@example.org'), 'u1@example.org' FROM n",
                "INSERT INTO domain (domain) " + numbers + "SELECT CONCAT('d', i, '.example') FROM n",
                "ANALYZE TABLE `user`, subscription, domain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alias",
                "domain",
                "mailbox",
                "pop-before-smtp",
                "quota",
                "recipient_bcc",
                "sender_bcc",
                "subscribers",
                "transport"
            })
    void usesAnIndexOfEveryTable(String map, TestDatabase database) throws IOException {
        List<Map<String, Object>> plan = database.explain(query(map));
        assertThat(plan).isNotEmpty().allSatisfy(step -> assertThat(step).containsKey("table"));
        for (Map<String, Object> step : plan) {
            if (TABLES.contains(Objects.toString(step.get("table")))) {
                assertThat(step.get("type")).as("%s", step).isNotIn("ALL", "index");
            }
        }
    }

    private static String key(String map) {
        return switch (map) {
            case "alias" -> "u7@example.org";
            case "pop-before-smtp" -> "192.0.2.7";
            default -> "d7.example";
        };
    }

    private static String query(String map) throws IOException {
        Path file = Path.of(System.getProperty("postern.root", ".."), "postfix/mysql/" + map + ".cf");
        String text = Files.readString(file);
        return text.substring(text.indexOf("query = ") + "query = ".length())
                .replace("%u@%d", "u7@example.org")
                .replace("'%u'", "'7'")
                .replace("'%d'", "'in.subscription.invalid'")
                .replace("@%d'", "@example.org'")
                .replace("%s", key(map))
                .replace("%%", "%");
    }
}
