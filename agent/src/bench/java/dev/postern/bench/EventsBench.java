package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Events into the database beside what people would use instead, and beside the most that the database can do. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsBench {

    private static final int MAILBOXES = 100_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private static final String SHIPPED = "postern, 100,000 distinct mailboxes, OK from the journal or MySQL";
    private static final String WITHOUT = "postern, the same without a journal, OK from MySQL";
    private static final String COALESCED = "postern, 10 events each for 10,000 mailboxes";
    private static final String BEST = "nothing but the same batches, prepared, 1 connection";
    private static final String BEST_READ = "the same, each row read back";
    private static final String POOL = "prepared UPDATE a row, 4 connections, autocommit";
    private static final String CLIENT = "the seed's mysql client an event, 4 at once";
    private static final int CLIENTS = 4;
    private static final int CLIENT_EVENTS = 400;

    private TestDatabase database;
    private Path directory;
    private List<String> users;
    private AgentConfigFile shipped;
    private AgentConfigFile without;
    private BenchAgent shippedAgent;
    private BenchAgent withoutAgent;
    private Path script;
    private long figure;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws IOException {
        RealServers.require("mariadb");
        this.database = database;
        this.directory = directory;
        users = BenchMailboxes.in(database, MAILBOXES).spread(MAILBOXES);
        script = script();
        shipped = files(
                "shipped", "[journal]\ndirectory = \"" + Files.createDirectory(directory.resolve("journal")) + "\"\n");
        without = files("without", "");
        shippedAgent = BenchAgent.start("events", shipped.file());
        withoutAgent = BenchAgent.start("events-without-journal", without.file());
    }

    private AgentConfigFile files(String name, String more) throws IOException {
        Path own = Files.createDirectory(directory.resolve(name));
        return AgentConfigFile.in(own, own.resolve("lookup"), database, more);
    }

    @AfterAll
    void stop() {
        shippedAgent.close();
        withoutAgent.close();
    }

    @Test
    void intoTheDatabase() throws Exception {
        UpdateBaselines updates = new UpdateBaselines(database);
        List<String> fewer = users.subList(0, 10_000);
        RoundsTable table = new InterleavedRounds(ROUNDS)
                .with(SHIPPED, () -> new BulkLoad(database, shipped.events(), users, 1).once(++figure))
                .with(WITHOUT, () -> new BulkLoad(database, without.events(), users, 1).once(++figure))
                .with(COALESCED, () -> new BulkLoad(database, shipped.events(), fewer, 10).once(++figure))
                .with(BEST, () -> updates.batches(users, ++figure))
                .with(BEST_READ, () -> updates.batchesReadBack(users, ++figure))
                .with(POOL, () -> updates.rowByRow(4, fewer, ++figure))
                .with(CLIENT, this::clients)
                .beside(BEST)
                .beside(POOL)
                .beside(CLIENT)
                .run("events/s into " + database.server());
        String bound = "MySQL, and whoever else wants the machine's cores";
        String what = "events into MySQL, 100,000 distinct mailboxes";
        for (String ours : List.of(SHIPPED, WITHOUT)) {
            String how = what + (ours.equals(SHIPPED) ? "" : ", without a journal");
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.EVENTS, how, POOL, table.rates(ours, POOL), BenchGoal.atLeast(20), bound));
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.EVENTS, how, CLIENT, table.rates(ours, CLIENT), BenchGoal.atLeast(500), bound));
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.EVENTS, how, BEST, table.rates(ours, BEST), BenchGoal.atLeast(0.8), bound));
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.EVENTS, how, BEST_READ, table.rates(ours, BEST_READ), BenchGoal.none(), bound));
        }
        assertThat(database.query("SELECT email FROM user WHERE lastip = '192.0.2.7'"))
                .hasSize(CLIENT_EVENTS);
    }

    /** Each of them one mysql after the other, as logins that come in by themselves. */
    private long clients() throws Exception {
        List<Process> shells = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int from = client * (CLIENT_EVENTS / CLIENTS);
            shells.add(new ProcessBuilder(
                            "sh", script.toString(), "" + from, "" + (from + CLIENT_EVENTS / CLIENTS), "192.0.2.7")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        for (Process shell : shells) {
            assertThat(shell.waitFor()).isZero();
        }
        return CLIENT_EVENTS;
    }

    private Path script() throws IOException {
        return Files.writeString(directory.resolve("clients.sh"), """
                i=$1 IP=$3
                while [ "$i" -lt "$2" ]; do
                  USER=user$i@example.org
                  %s || exit
                  i=$((i + 1))
                done
                """.formatted(SeedScript.update(database)));
    }
}
