package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.PostfixServer.PostfixForm;
import dev.postern.testing.RealServers;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The quota check of each form beside the others: asked by itself, and by smtpd for each recipient. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostfixBench {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int CLIENTS = 4;
    private static final int LOOKUPS = 20_000;
    private static final int RECIPIENTS = 2_000;

    /** RCPT commands that a client sends before it reads replies. */
    private static final int PIPELINE = 50;

    private static final String NONE = "no check";
    private static final String POLICY = "policy service of postern";
    private static final String SOCKETMAP = "socketmap of postern";
    private static final String MYSQL = "mysql:";
    private static final String PROXY = "proxy:mysql:";

    private final Map<String, PostfixServer> servers = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private List<String> users;
    private Path keys;
    private PackagedAgent agent;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws IOException {
        PostfixServer.require();
        if (database.socket() == null) {
            RealServers.missing("a database with a Unix socket, which is what MySQL's maps are best with");
        }
        fill(database);
        users = Stream.iterate(0, i -> i + 1)
                .limit(LOOKUPS)
                .map(i -> "user" + i + "@example.org")
                .toList();
        keys = directory.resolve("keys");
        for (int client = 0; client < CLIENTS; client++) {
            Files.write(keys(client, CLIENTS), share(users, client, CLIENTS));
        }
        Files.write(keys(0, 1), users);
        TestDatabase.DatabaseAccount account = database.account("postfix");
        PostfixServer.PostfixSql sql = new PostfixServer.PostfixSql(
                "unix:" + database.socket(), database.database(), account.user(), account.password());
        serve(NONE, PostfixForm.MYSQL, sql, "postern_quota_check=");
        serve(POLICY, PostfixForm.POLICY, sql);
        serve(SOCKETMAP, PostfixForm.SOCKETMAP, sql);
        serve(
                MYSQL,
                PostfixForm.MYSQL,
                sql,
                "postern_quota_check=check_recipient_access mysql:$config_directory/mysql/quota.cf");
        serve(PROXY, PostfixForm.MYSQL, sql);
        AgentConfigFile files = AgentConfigFile.in(
                directory, socket(SOCKETMAP), database, "[policy]\nsocket = \"" + socket(POLICY) + "\"\n");
        agent = PackagedAgent.start(files.file());
    }

    private static void fill(TestDatabase database) {
        // As many as there are in LOOKUPS; MariaDB recurses a thousand times at most.
        database.execute(
                "INSERT INTO user (email) WITH RECURSIVE n AS (SELECT 0 i UNION ALL SELECT i + 1 FROM n WHERE i < 199)"
                        + " SELECT CONCAT('user', a.i * 100 + b.i, '@example.org') FROM n a, n b WHERE b.i < 100",
                "ANALYZE TABLE user");
    }

    /** Unchrooted, so that MySQL's Unix socket can be reached; with no map and no limit but the check's. */
    private void serve(String name, PostfixForm form, PostfixServer.PostfixSql sql, String... more) {
        List<String> parameters = new ArrayList<>(List.of(
                "virtual_mailbox_domains=example.org",
                "virtual_mailbox_maps=static:all",
                "virtual_alias_maps=",
                "transport_maps=",
                "recipient_bcc_maps=",
                "sender_bcc_maps=",
                "smtpd_recipient_limit=" + 10 * RECIPIENTS));
        parameters.addAll(List.of(more));
        servers.put(name, PostfixServer.startUnchrooted(form, sql, parameters.toArray(String[]::new)));
    }

    private Path socket(String name) {
        return servers.get(name).queueDirectory().resolve("postern").resolve(name.equals(POLICY) ? "policy" : "lookup");
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        if (agent != null) {
            agent.close();
        }
        servers.values().forEach(PostfixServer::close);
    }

    @Test
    void lookups() throws Exception {
        for (int clients : new int[] {1, CLIENTS}) {
            RoundsTable table = new InterleavedRounds(ROUNDS)
                    .with(POLICY, () -> together(clients, client -> askPolicy(share(users, client, clients))))
                    .with(SOCKETMAP, () -> postmaps(clients, "socketmap:unix:" + socket(SOCKETMAP) + ":quota"))
                    .with(PROXY, () -> postmaps(clients, "proxy:mysql:" + quotaFile()))
                    .with(MYSQL, () -> postmaps(clients, "mysql:" + quotaFile()))
                    .run("quota lookups/s, " + clients + " at a time");
            report(ReportTopic.LOOKUPS, "quota lookups, " + clients + " at a time", table);
        }
    }

    @Test
    void recipients() throws Exception {
        for (int clients : new int[] {1, CLIENTS}) {
            InterleavedRounds rounds = new InterleavedRounds(ROUNDS);
            for (String name : List.of(NONE, POLICY, SOCKETMAP, PROXY, MYSQL)) {
                PostfixServer server = servers.get(name);
                rounds.with(name, () -> together(clients, client -> mail(server, client)));
            }
            RoundsTable table = rounds.run("RCPT/s through smtpd, " + clients + " sessions");
            report(ReportTopic.RECIPIENTS, "RCPT through smtpd, " + clients + " at a time", table);
        }
    }

    private static void report(ReportTopic topic, String what, RoundsTable table) throws IOException {
        for (String ours : List.of(POLICY, SOCKETMAP)) {
            for (String theirs : List.of(MYSQL, PROXY)) {
                ReportRow row = ReportRow.ratio(
                        topic,
                        what + ": " + ours,
                        theirs,
                        table.rates(ours, theirs),
                        BenchGoal.none(),
                        "a round trip each");
                BenchReport.add(row);
            }
        }
    }

    private String quotaFile() {
        return servers.get(PROXY).configDirectory().resolve("mysql/quota.cf").toString();
    }

    private long postmaps(int clients, String map) throws Exception {
        return together(clients, client -> postmap(keys(client, clients), map));
    }

    /** No mailbox is full, so that there is nothing to be printed. */
    private long postmap(Path asked, String map) throws Exception {
        Process process = new ProcessBuilder(
                        "postmap", "-c", servers.get(PROXY).configDirectory().toString(), "-q", "-", map)
                .redirectInput(asked.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        process.waitFor();
        return Files.readAllLines(asked).size();
    }

    private long askPolicy(List<String> recipients) throws IOException {
        try (PolicyClient client = new PolicyClient(socket(POLICY))) {
            for (String recipient : recipients) {
                assertThat(client.hasRoom(recipient)).isTrue();
            }
        }
        return recipients.size();
    }

    private long mail(PostfixServer server, int client) {
        List<String> recipients = users.subList(client * RECIPIENTS, (client + 1) * RECIPIENTS);
        try (SmtpDialogue session = SmtpDialogue.connect(server.port())) {
            session.mailFrom("stranger@elsewhere.example");
            for (int from = 0; from < RECIPIENTS; from += PIPELINE) {
                StringBuilder commands = new StringBuilder();
                recipients
                        .subList(from, from + PIPELINE)
                        .forEach(recipient ->
                                commands.append("RCPT TO:<").append(recipient).append(">\r\n"));
                session.write(commands.substring(0, commands.length() - 2));
                for (int i = 0; i < PIPELINE; i++) {
                    assertThat(session.reply()).startsWith("250");
                }
            }
        }
        return RECIPIENTS;
    }

    private Path keys(int client, int of) {
        return keys.resolveSibling("keys-" + client + "-" + of);
    }

    private static List<String> share(List<String> all, int client, int of) {
        int size = all.size() / of;
        return all.subList(client * size, (client + 1) * size);
    }

    /** What one client does. */
    @FunctionalInterface
    private interface PostfixWork {
        long by(int client) throws Exception;
    }

    private long together(int clients, PostfixWork work) throws Exception {
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int client = i;
            tasks.add(() -> work.by(client));
        }
        long done = 0;
        for (Future<Long> task : threads.invokeAll(tasks)) {
            done += task.get();
        }
        return done;
    }
}
