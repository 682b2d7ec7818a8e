package dev.postern.bench;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How soon an event has its effect while 5,000 come in a second, whether the ones before have been answered or not. */
@ExtendWith(DatabaseExtension.class)
class FreshnessBench {

    private static final int MAILBOXES = 10_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private final Map<Effect, List<Outcome>> outcomes = new EnumMap<>(Effect.class);
    private final List<Double> resident = new ArrayList<>();

    @Test
    void effects(TestDatabase database, @TempDir Path directory) throws Exception {
        Mailboxes.in(database, MAILBOXES);
        AgentConfigFile files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [journal]
                directory = "%s"

                # So many logins in a minute would be more windows than there may be.
                [relay]
                window = "10s"
                """.formatted(
                        Files.createDirectory(directory.resolve("journal"))));
        try (BenchAgent agent = BenchAgent.start("freshness", files.file());
                Paced paced = new Paced(files, database, MAILBOXES)) {
            for (int round = -1; round < ROUNDS; round++) {
                Map<Effect, Outcome> seen = paced.run();
                if (round >= 0) {
                    seen.forEach((effect, outcome) -> outcomes.computeIfAbsent(effect, key -> new ArrayList<>())
                            .add(outcome));
                    resident.add(agent.residentMebibytes());
                }
            }
        }
        report();
    }

    private void report() throws Exception {
        Table table = new Table("an event's effect at " + Paced.RATE + " events/s", List.of(Effect.ANSWERED.said()));
        outcomes.forEach((effect, all) -> table.row(effect.said(), all));
        table.print();
        for (Effect effect : outcomes.keySet()) {
            String what = "from an event to: " + effect.said() + ", at 5,000 events/s, ";
            Report.add(Row.value(
                    Topic.FRESHNESS,
                    what + "median",
                    "ms",
                    millis(table, effect, Outcome::median),
                    Goal.none(),
                    effect.bound()));
            Report.add(Row.value(
                    Topic.FRESHNESS,
                    what + "p99",
                    "ms",
                    millis(table, effect, Outcome::p99),
                    effect.goal(),
                    effect.bound()));
        }
        Report.add(Row.value(
                Topic.START,
                "resident memory while 5,000 events/s come in",
                "MiB",
                Spread.of(resident.stream().mapToDouble(Double::doubleValue).toArray()),
                Goal.atMost(120),
                "Java itself, half of it; rows cached for lookups"));
    }

    private static Spread millis(Table table, Effect effect, ToDoubleFunction<Outcome> figure) {
        return Spread.of(table.rounds(effect.said(), outcome -> figure.applyAsDouble(outcome) / 1e3));
    }
}
