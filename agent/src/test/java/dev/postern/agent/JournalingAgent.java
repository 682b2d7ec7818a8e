package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The packaged agent with a journal, and all that it has accepted: increments of 1, and logins. */
final class JournalingAgent implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern LINE = Pattern.compile("(time=\\S+ )?level=\\w+ event=.*");

    private final Path directory;
    private final TestDatabase database;
    private final Map<String, Long> expected = new TreeMap<>();
    private AgentConfigFile files;
    private PackagedAgent process;
    private int logins;
    private int heard;

    private JournalingAgent(Path directory, TestDatabase database) {
        this.directory = directory;
        this.database = database;
    }

    /** Starts it on mailboxes that have 100 bytes each, of which carol has no more. */
    static JournalingAgent start(Path directory, TestDatabase database, int port, String timeout) {
        JournalingAgent agent = new JournalingAgent(directory, database);
        agent.start(port, timeout);
        return agent;
    }

    private void start(int port, String timeout) {
        try {
            Files.createDirectories(directory.resolve("journal"));
            files = AgentConfigFile.in(
                    directory, directory.resolve("lookup"), database, """
                    [dict]
                    socket = "%1$s/dict.sock"
                    [journal]
                    directory = "%1$s/journal"
                    [limits]
                    mysql_timeout = "%2$s"
                    """.formatted(directory, timeout));
            String toml = Files.readString(files.file());
            Files.writeString(files.file(), toml.replaceFirst("(?m)^port = .*$", "port = " + port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        heard = 0;
        process = PackagedAgent.start(files.file());
        // On a busy machine the first contact may take longer than the deadline.
        Await.until(() -> !lines("database up").isEmpty(), TIMEOUT, this::log);
        // What is known answers later, whatever the database does.
        assertThat(ask("quota carol@example.org")).startsWith("OK 452");
        assertThat(ask("quota bob@example.org")).isEqualTo("NOTFOUND ");
        heard = process.log().size();
    }

    void restart(String timeout) {
        process.stop();
        start(database.port(), timeout);
    }

    void restart(int port) {
        process.stop();
        start(port, "3s");
    }

    /** One increment and one login, which both have to be taken, and lookups, which have to be answered. */
    void accept() {
        acceptTogether("alice");
        logins++;
        String ip = "192.0.2." + logins % 250;
        assertThat(tell("login\tuser=bob@example.org\tip=" + ip + "\tservice=imap\n"))
                .isEqualTo("OK");
        assertThat(ask("pop-before-smtp " + ip)).isEqualTo("OK OK");
        assertThat(ask("quota carol@example.org")).startsWith("OK 452");
    }

    /** An increment of each of these, which come in one read and so are in one batch. */
    void acceptTogether(String... users) {
        for (String user : users) {
            expected.merge(user, 1L, Long::sum);
        }
        commit(users);
    }

    /** An increment that is taken and will not be in the table. */
    void acceptInVain(String user) {
        commit(user);
    }

    private void commit(String... users) {
        StringBuilder transactions = new StringBuilder("H3\t2\t0\t\tquota\n");
        for (int i = 1; i <= users.length; i++) {
            transactions.append(
                    "B%1$d\t%2$s@example.org\nA%1$d\tpriv/quota/storage\t1\nC%1$d\n".formatted(i, users[i - 1]));
        }
        try (UnixPeer dovecot = UnixPeer.connect(directory.resolve("dict.sock"))) {
            dovecot.send(transactions.toString());
            for (int i = 1; i <= users.length; i++) {
                assertThat(dovecot.readLine()).isEqualTo("O" + i);
            }
        }
    }

    /** Goes on with it until the log reports the database down, and some more after that. */
    void acceptUntilDown(String reason) {
        Await.until(
                () -> {
                    accept();
                    return isDown(reason);
                },
                TIMEOUT,
                this::log);
        for (int i = 0; i < 5; i++) {
            accept();
        }
    }

    void awaitDown(String reason) {
        Await.until(() -> isDown(reason), TIMEOUT, this::log);
    }

    /** The database is reported up again, after one report that it is down; everything is written. */
    void verify() {
        Await.until(() -> !lines("database up").isEmpty(), TIMEOUT, this::log);
        accept();
        awaitWritten();
        assertThat(downs()).hasSize(1);
        assertThat(lines("database up")).hasSize(1);
    }

    /** Everything that was accepted is in the table, and the log is nothing but lines. */
    void awaitWritten() {
        expected.forEach((user, increments) -> Await.until(
                () -> column(user, "bytes").equals(Long.toString(100 + increments)),
                TIMEOUT,
                () -> user + " has " + column(user, "bytes") + " after " + increments + " increments\n" + log()));
        Await.until(() -> column("bob", "lastip").equals("192.0.2." + logins % 250), TIMEOUT, this::log);
        assertThat(process.log()).allMatch(line -> LINE.matcher(line).matches());
    }

    List<String> downs() {
        return lines("database down");
    }

    String log() {
        return process.log().stream()
                .filter(line -> !line.contains("relay window"))
                .collect(Collectors.joining("\n"));
    }

    private boolean isDown(String reason) {
        return sinceStart().stream()
                .anyMatch(line -> line.matches(".*event=\"database (still )?down\".*") && line.contains(reason));
    }

    private List<String> sinceStart() {
        List<String> all = process.log();
        return all.subList(heard, all.size());
    }

    private List<String> lines(String event) {
        return sinceStart().stream()
                .filter(line -> line.contains("event=\"" + event + "\""))
                .toList();
    }

    private String ask(String request) {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            postfix.send(request.length() + ":" + request + ",");
            StringBuilder digits = new StringBuilder();
            for (String digit = postfix.read(1); !digit.equals(":"); digit = postfix.read(1)) {
                digits.append(digit);
            }
            return postfix.read(Integer.parseInt(digits.toString()));
        }
    }

    private String tell(String line) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            return peer.send(line).readLine();
        }
    }

    private String column(String user, String column) {
        return String.valueOf(database.query("SELECT " + column + " FROM user WHERE email = ?", user + "@example.org")
                .get(0)
                .get(column));
    }

    @Override
    public void close() {
        process.close();
    }
}
