package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Columns in any character set and collation: the agent reads and writes, or logs at its start what to convert. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class CollationsIT {

    private final TestDatabase database;

    CollationsIT(TestDatabase database) {
        this.database = database;
    }

    @TestFactory
    Stream<DynamicTest> addressesInAnyCollationOfUtf8mb4() {
        return known(
                        "utf8mb4_general_ci",
                        "utf8mb4_bin",
                        "utf8mb4_unicode_ci",
                        "utf8mb4_0900_ai_ci",
                        "utf8mb4_uca1400_ai_ci")
                .map(collation -> dynamicTest(collation, () -> {
                    convert("user", collation);
                    convert("subscription", collation);
                    StoreExercise.readAndWrite(database);
                }));
    }

    /** The columns beside the address, which nothing is compared with but constants. */
    @TestFactory
    Stream<DynamicTest> otherColumnsInAny() {
        return known("latin1_swedish_ci", "ascii_bin", "utf8mb4_bin", "utf8mb4_unicode_ci", "utf8mb4_general_ci")
                .map(collation -> dynamicTest(collation, () -> {
                    convert("user", "utf8mb4_general_ci");
                    convert("subscription", "utf8mb4_general_ci");
                    String type = " CHARACTER SET " + collation.replaceFirst("_.*", "") + " COLLATE " + collation;
                    database.execute(
                            "ALTER TABLE user MODIFY lastip varchar(45)" + type + ", MODIFY active varchar(1)" + type
                                    + " DEFAULT 'Y'",
                            "ALTER TABLE subscription MODIFY direction varchar(1)" + type + " NOT NULL DEFAULT 'I',"
                                    + " MODIFY recipient varchar(255)" + type + " NOT NULL",
                            "ALTER TABLE postern_checkpoint CONVERT TO" + type);
                    StoreExercise.readAndWrite(database);
                }));
    }

    @TestFactory
    Stream<DynamicTest> addressesInOthersAreRefusedAtTheStart() {
        return known("latin1_swedish_ci", "latin1_bin", "ascii_general_ci", "binary")
                .flatMap(collation -> Stream.of("user", "subscription")
                        .map(table -> dynamicTest(table + " " + collation, () -> {
                            convert("user", "utf8mb4_general_ci");
                            convert("subscription", "utf8mb4_general_ci");
                            modify(table, collation);
                            try (MailboxStoreFixture fixture =
                                    new MailboxStoreFixture(database, Duration.ofSeconds(20))) {
                                assertThatThrownBy(() -> await(fixture.store.check()))
                                        .hasMessage(table + ".email has the collation " + collation
                                                + ", in which the agent cannot compare addresses: ALTER TABLE `" + table
                                                + "` MODIFY `email` varchar(255) CHARACTER SET utf8mb4 COLLATE"
                                                + " utf8mb4_general_ci NOT NULL");
                            }
                            modify(table, "utf8mb4_general_ci");
                            StoreExercise.readAndWrite(database);
                        })));
    }

    private Stream<String> known(String... collations) {
        List<String> there = database
                .query("SELECT DISTINCT collation_name AS c FROM information_schema.collations"
                        + (isMariaDb()
                                ? " UNION SELECT full_collation_name FROM"
                                        + " information_schema.collation_character_set_applicability"
                                : ""))
                .stream()
                .map(row -> String.valueOf(row.get("c")))
                .toList();
        return Stream.of(collations).filter(there::contains);
    }

    private boolean isMariaDb() {
        return database.query("SELECT VERSION() AS v")
                .get(0)
                .get("v")
                .toString()
                .contains("MariaDB");
    }

    private void convert(String table, String collation) {
        database.execute("ALTER TABLE " + table + " CONVERT TO CHARACTER SET utf8mb4 COLLATE " + collation);
    }

    private void modify(String table, String collation) {
        database.execute("ALTER TABLE " + table + " MODIFY email varchar(255) CHARACTER SET "
                + collation.replaceFirst("_.*", "") + " COLLATE " + collation + " NOT NULL");
    }
}
