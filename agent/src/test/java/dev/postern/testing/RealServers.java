package dev.postern.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs that a test needs and that a machine may not have. */
public final class RealServers {

    private static final List<Path> PLACES = List.of(
            Path.of("/usr/local/sbin"),
            Path.of("/usr/local/bin"),
            Path.of("/usr/sbin"),
            Path.of("/usr/bin"),
            Path.of("/sbin"),
            Path.of("/bin"));

    private RealServers() {}

    /** Skips the test, loudly, when a program is missing; fails it in CI, where nothing may be missing. */
    public static void require(String... programs) {
        for (String program : programs) {
            if (find(program) == null) {
                missing(program + " is not installed");
            }
        }
    }

    /** As {@link #require}, for whatever else a test cannot do without. */
    public static void missing(String what) {
        if (isCi()) {
            Assertions.fail(what + ", and POSTERN_CI is set");
        }
        System.err.println("*** SKIPPED: " + what + " ***");
        Assumptions.abort(what);
    }

    public static boolean isCi() {
        return "1".equals(System.getenv("POSTERN_CI"));
    }

    /** Whether the programs of this machine are those that {@code .ci/newest-peers} installs. */
    public static boolean areNewest() {
        return "newest".equals(System.getenv("POSTERN_TEST_PEERS"));
    }

    /** Where a program is; null when it is not there. */
    public static Path find(String program) {
        return PLACES.stream()
                .map(place -> place.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
