package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that root runs, seen from the database's side: whose connection is it that arrives? */
class UnprivilegedRunnerIT {

    private static final int LOCAL_ADDRESS = 1;
    private static final int UID = 7;

    @TempDir
    private Path directory;

    private Path jar;

    @BeforeEach
    void install() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            RealServers.missing("root, whose rights are dropped");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        jar = Files.copy(PackagedAgent.jar(), directory.resolve("postern.jar"));
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void checkConnectsWithoutRootsRights() throws Exception {
        assertThat(accountThatConnects("check")).isNotEqualTo("0");
    }

    @Test
    void migrateConnectsWithoutRootsRights() throws Exception {
        Path password = Files.writeString(directory.resolve("admin.password"), "not-for-everybody");
        assertThat(accountThatConnects("migrate", "--admin-user", "root", "--admin-password-file", password.toString()))
                .isNotEqualTo("0");
    }

    /** A jar that only root can read could not be used by another account in the midst of its work. */
    @Test
    void fromAJarThatOnlyRootCanReadItKeepsThem() throws Exception {
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-------"));
        assertThat(accountThatConnects("check")).isEqualTo("0");
    }

    /** The number of the account whose thread opened the first connection. */
    private String accountThatConnects(String... command) throws Exception {
        try (ServerSocket database = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            database.setSoTimeout(60_000);
            Path config = Files.writeString(
                    directory.resolve("postern.toml"),
                    "[mysql]\nhost = \"127.0.0.1\"\nport = " + database.getLocalPort() + "\n");
            List<String> words = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString()));
            words.addAll(List.of(command));
            words.addAll(List.of("--config", config.toString()));
            Process running = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            try (Socket peer = database.accept()) {
                return account(peer.getPort());
            } finally {
                running.destroyForcibly().waitFor();
            }
        }
    }

    /** From the kernel's table of sockets; IPv4 addresses stand in the one for IPv6 when Java opened them. */
    private static String account(int port) throws IOException {
        String end = String.format(Locale.ROOT, ":%04X", port);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields[LOCAL_ADDRESS].endsWith(end)) {
                    return fields[UID];
                }
            }
        }
        throw new IllegalStateException("no socket with port " + port);
    }
}
