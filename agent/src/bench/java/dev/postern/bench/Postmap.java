package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Postfix's own client of lookup tables, asking one thing after the other. */
final class Postmap {

    private Postmap() {}

    /** Asks for all of them, of which none is to be found. */
    static long ask(String map, Path keys) throws Exception {
        Process process = new ProcessBuilder("postmap", "-q", "-", map)
                .redirectInput(keys.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(output).isEmpty();
        try (var lines = Files.lines(keys)) {
            return lines.count();
        }
    }

    /** A file of keys. */
    static Path keys(Path file, List<String> keys) throws IOException {
        return Files.write(file, keys);
    }

    /**
     * A map as shipped in {@code postfix/mysql/}, with the four lines filled in; by the server's Unix socket where it
     * has one.
     */
    static String shipped(String name, TestDatabase database, Path directory) throws IOException {
        TestDatabase.DatabaseAccount account = database.account("postfix");
        String host = database.socket() == null
                ? "inet:" + database.host() + ":" + database.port()
                : "unix:" + database.socket();
        String text = Files.readString(TestDatabase.schema().resolveSibling("postfix/mysql/" + name + ".cf"))
                .replaceFirst("(?m)^hosts = .*", "hosts = " + host)
                .replaceFirst("(?m)^user = .*", "user = " + account.user())
                .replaceFirst("(?m)^password = .*", "password = " + account.password())
                .replaceFirst("(?m)^dbname = .*", "dbname = " + database.database());
        return "mysql:" + Files.writeString(directory.resolve(name + ".cf"), text);
    }
}
