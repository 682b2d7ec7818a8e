package dev.postern.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * The two Dovecots that {@code dovecot/} is for: Debian 12's on this machine, Debian 13's in a root directory of its
 * own. With the newest peers ({@link RealServers#areNewest}) this machine's is a 2.4, without a 2.3.
 */
public enum DovecotVersion {
    V2_3("2.3", Path.of("/")),
    V2_4(
            "2.4",
            RealServers.areNewest()
                    ? Path.of("/")
                    : Path.of(
                            System.getenv().getOrDefault("POSTERN_CI_CACHE", "/var/tmp/postern-ci"), "trixie-dovecot"));

    private final String directory;
    private final Path root;

    DovecotVersion(String directory, Path root) {
        this.directory = directory;
        this.root = root;
    }

    /** Skips the test where this Dovecot cannot run, as {@link RealServers#require} does. */
    public void require(String... programs) {
        RealServers.require("unshare", "nsenter");
        if (!"root".equals(System.getProperty("user.name"))) {
            RealServers.missing("a Dovecot of its own needs root");
        }
        Assumptions.assumeFalse(
                this == V2_3 && RealServers.areNewest(), "there is no Dovecot 2.3 among the newest peers");
        if (this == V2_4 && !RealServers.areNewest() && !Files.exists(root.resolve(".complete"))) {
            RealServers.missing("Dovecot 2.4 is not in " + root + ", where .ci/dovecot24 puts it");
        }
        for (String program : List.of("usr/sbin/dovecot", "usr/bin/doveadm")) {
            requireFile(program);
        }
        for (String program : programs) {
            requireFile("usr/lib/dovecot/" + program);
        }
    }

    private void requireFile(String path) {
        if (!Files.isExecutable(root.resolve(path))) {
            RealServers.missing("Dovecot " + directory + " has no " + root.resolve(path));
        }
    }

    /** Whether it is this release of 2.4 or a later one, such as 5 for 2.4.5. */
    public boolean isAtLeast24(int patch) {
        String told =
                TestCommand.of("chroot", root, "/usr/sbin/dovecot", "--version").output();
        String[] numbers = told.split("[^0-9]+", -1);
        return this == V2_4 && numbers[1].equals("4") && Integer.parseInt(numbers[2]) >= patch;
    }

    /** What {@code dovecot/} calls it. */
    public String directory() {
        return directory;
    }

    /** The root directory that it is installed in. */
    Path root() {
        return root;
    }

    @Override
    public String toString() {
        return directory;
    }
}
