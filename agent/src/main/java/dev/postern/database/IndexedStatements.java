package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements that have to find their rows by an index, each with an example's parameters: for {@code EXPLAIN}. */
public final class IndexedStatements {

    /**
     * A statement.
     *
     * @param name for people
     * @param indexes the line that makes the index of each table, by what the statement calls the table
     * @param parameters of types that any client knows
     */
    public record IndexedStatement(
            String name, Map<String, String> indexes, String sql, List<@Nullable Object> parameters) {}

    public static final String BY_EMAIL = "ALTER TABLE `user` ADD UNIQUE INDEX `email` (`email`)";
    private static final String BY_TIME = "ALTER TABLE `user` ADD INDEX `lasttime` (`lasttime`)";
    public static final String BY_SUBSCRIPTION =
            "ALTER TABLE `subscription` ADD UNIQUE INDEX `subscription` (`direction`, `email`, `recipient`)";
    private static final String BY_AGENT = "ALTER TABLE `postern_checkpoint` ADD PRIMARY KEY (`agent`)";

    private IndexedStatements() {}

    public static List<IndexedStatement> all() {
        MailAddress address = new MailAddress("postern-check@example.invalid");
        Batch.RowChange row = new Batch.RowChange(address, new MailboxChange(null, null, CounterChange.set(1), null));
        WriteSql.BoundStatement update = WriteSql.update(List.of(row));
        int size = Sql.SIZES.get(1);
        return List.of(
                // Without the number: nothing is explained of what would follow a checkpoint that is not there.
                statement("update of figures", Map.of("u", BY_EMAIL), update.sql(), update.parameters()),
                statement(
                        "reading of rows",
                        Map.of("u", BY_EMAIL, "c", BY_AGENT),
                        Sql.read(size),
                        Sql.readParameters("-", Set.of(address), size)),
                statement(
                        "reading of subscribers",
                        Map.of("s", BY_SUBSCRIPTION),
                        Sql.subscribers(size),
                        Sql.subscribersParameters(Set.of(address), size, 1)),
                statement(
                        "reading of recent logins",
                        Map.of("u", BY_TIME),
                        Sql.recentlyLoggedIn(),
                        Tuple.of("-", Sql.datetime(Instant.EPOCH), 1)),
                statement("checkpoint", Map.of("postern_checkpoint", BY_AGENT), Sql.lastBatch(), Tuple.of("-")));
    }

    private static IndexedStatement statement(String name, Map<String, String> indexes, String sql, Tuple parameters) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            values.add(parameters.getValue(i));
        }
        return new IndexedStatement(name, indexes, sql, values);
    }
}
