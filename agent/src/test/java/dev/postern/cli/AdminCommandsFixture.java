package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.postern.testing.AdminCommands;
import dev.postern.testing.AdminCommands.CommandOutcome;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands that administer, on a real database with the account of grants.sql; empty before each test. */
@ExtendWith(DatabaseExtension.class)
abstract class AdminCommandsFixture {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final TestDatabase database;

    @TempDir
    private Path directory;

    private AdminCommands postern;

    AdminCommandsFixture(TestDatabase database) {
        this.database = database;
    }

    /** For the configuration and the account's password. */
    final Path directory() {
        return directory;
    }

    /** The commands, with the account that administers. */
    final AdminCommands postern() {
        return postern;
    }

    @BeforeEach
    final void empty() {
        database.execute(
                "DELETE FROM user",
                "DELETE FROM subscription",
                "DELETE FROM domain",
                "DELETE FROM postern_audit",
                "DELETE FROM postern_deleted");
        postern = AdminCommands.on(database, directory);
    }

    final void mailbox(String email) {
        if (database.query("SELECT id FROM domain").isEmpty()) {
            postern.ok("domain", "add", "example.org");
        }
        postern.ok("mailbox", "add", email, "--generate");
    }

    static void refused(CommandOutcome outcome, int status, String message) {
        assertThat(outcome).isEqualTo(new CommandOutcome(status, "", "postern: " + message + "\n"));
    }

    final List<Tuple> audit() {
        assertThat(database.query("SELECT id FROM postern_audit WHERE actor <> 'cli:carol'"))
                .isEmpty();
        return database
                .query("SELECT action, object, domain, CAST(changes AS CHAR) AS changes FROM postern_audit ORDER BY id")
                .stream()
                .map(row -> tuple(
                        row.get("action"),
                        row.get("object"),
                        row.get("domain"),
                        sorted(row.get("changes").toString())))
                .toList();
    }

    /** MySQL orders the members of a document in its own way. */
    private static String sorted(String json) {
        try {
            return JSON.writeValueAsString(JSON.readValue(json, Map.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }
}
