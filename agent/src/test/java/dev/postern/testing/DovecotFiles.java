package dev.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a Dovecot of its own finds at /etc, /run, /var and /usr/lib: Debian's configuration as its package brings it, on
 * top of it the files of {@code dovecot/} and {@code hook-scripts/} as they are, installed as in
 * {@code dovecot/README.md}, and last, as local.conf, what the test environment asks for ({@code resources/dovecot}).
 */
final class DovecotFiles {

    private static final String VMAIL = "5999";
    static final String POSTERN = "5997";

    private final Path root;
    private final DovecotVersion version;

    /**
     * Names the directory.
     *
     * @param root a fresh directory
     */
    DovecotFiles(Path root, DovecotVersion version) {
        this.root = root;
        this.version = version;
    }

    Path log() {
        return root.resolve("run/dovecot.log");
    }

    Path postern() {
        return root.resolve("run/postern");
    }

    Path spool() {
        return root.resolve("spool/postern");
    }

    Path mail() {
        return root.resolve("mail");
    }

    Path hooks() {
        return root.resolve("lib/postern");
    }

    /** Where the directory of the database's socket is to be mounted. */
    Path database() {
        return root.resolve("run/database");
    }

    void install(TestDatabase database, DovecotHost host, List<String> configuration, Map<String, Integer> ports)
            throws IOException {
        for (String directory : List.of(
                "run/dovecot",
                "run/postern",
                "run/mysqld",
                "run/database",
                "state",
                "tmp",
                "mail/virtual",
                "spool/postfix",
                "spool/postern",
                "lib/postern")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        debian();
        if (host.isUsed()) {
            TestCommand.of("cp", "-r", used() + "/.", root.resolve("etc/conf.d"))
                    .output();
        }
        if (host.mail() != null) {
            TestCommand.of("cp", "-a", host.mail() + "/.", mail()).output();
        }
        ours(database, configuration);
        local(configuration, ports);
        add(host.own());
        hookScripts();
        accounts();
        if (database.socket() != null) {
            Files.createSymbolicLink(
                    root.resolve("run/mysqld/mysqld.sock"),
                    Path.of("/run/database").resolve(database.socket().getFileName()));
        }
        TestCommand.of("chgrp", group("dovecot"), spool()).output();
        TestCommand.of("chmod", "3730", spool()).output();
        TestCommand.of("chmod", "1777", root.resolve("tmp")).output();
        TestCommand.of("chown", "-R", VMAIL + ":" + VMAIL, root.resolve("mail")).output();
    }

    /** Without the file that needs a certificate; and mailboxes are not this system's users. */
    private void debian() throws IOException {
        Path packaged = version.root().resolve("usr/share/dovecot");
        Path etc = Files.createDirectories(root.resolve("etc/conf.d")).getParent();
        Files.copy(packaged.resolve("dovecot.conf"), etc.resolve("dovecot.conf"));
        TestCommand.of("cp", "-r", packaged.resolve("conf.d"), etc).output();
        Files.delete(etc.resolve("conf.d/10-ssl.conf"));
        Path auth = etc.resolve("conf.d/10-auth.conf");
        Files.writeString(
                auth,
                Files.readString(auth)
                        .replaceAll("(?m)^!include auth-system\\.conf\\.ext", "#!include auth-system.conf.ext"));
    }

    private void ours(TestDatabase database, List<String> configuration) throws IOException {
        Path repository = TestDatabase.schema().resolveSibling("dovecot").resolve(version.directory());
        for (String file : configuration) {
            Files.copy(
                    repository.resolve(file), root.resolve("etc/conf.d").resolve(file.replaceFirst("\\.example$", "")));
        }
        String sql = Files.readString(repository.resolve("postern-sql.conf.ext"))
                .replaceFirst("dbname( ?= ?)mail\\b", "dbname$1" + database.database())
                .replace("dovecot_password", database.account("dovecot").password());
        Path installed = root.resolve("etc/postern-sql.conf.ext");
        Files.writeString(installed, sql);
        Files.setPosixFilePermissions(installed, PosixFilePermissions.fromString("rw-------"));
    }

    /** Submission and managesieve are switched on where a file configures them; submission needs a relay. */
    private void local(List<String> configuration, Map<String, Integer> ports) throws IOException {
        boolean more = configuration.stream().anyMatch(file -> file.contains("-more-"));
        String local = resource("local.conf") + resource(more ? "more-protocols.conf" : "no-more-protocols.conf");
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            local = local.replace("{" + port.getKey() + "}", port.getValue().toString());
        }
        Files.writeString(root.resolve("etc/local.conf"), local);
    }

    /** Debian's files after an administrator's changes. */
    private Path used() {
        try {
            return Path.of(DovecotFiles.class
                    .getResource("/dovecot/" + version.directory() + "/used")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(Map<String, String> own) throws IOException {
        for (Map.Entry<String, String> file : own.entrySet()) {
            Files.writeString(root.resolve("etc").resolve(file.getKey()), file.getValue());
        }
    }

    private String resource(String name) throws IOException {
        try (InputStream in = DovecotFiles.class.getResourceAsStream("/dovecot/" + version.directory() + "/" + name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private void hookScripts() throws IOException {
        try (var scripts = Files.list(TestDatabase.schema().resolveSibling("hook-scripts"))) {
            for (Path script : scripts.toList()) {
                Files.copy(script, hooks().resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /**
     * This machine's, so that a number means the same to both sides; then what only Dovecot's own root knows; then
     * ours, the agent's as sysusers.d has it and in the group of the mail.
     */
    private void accounts() throws IOException {
        Map<String, String> users = merged("passwd");
        users.putIfAbsent("postfix", "postfix:x:5998:5998::/:/bin/false");
        users.put("vmail", "vmail:x:%1$s:%1$s::/nonexistent:/usr/sbin/nologin".formatted(VMAIL));
        users.put("postern", "postern:x:%1$s:%1$s::/nonexistent:/usr/sbin/nologin".formatted(POSTERN));
        Files.write(root.resolve("passwd"), users.values());
        Map<String, String> groups = merged("group");
        groups.putIfAbsent("postfix", "postfix:x:5998:");
        groups.put("vmail", "vmail:x:%s:postern".formatted(VMAIL));
        groups.put("postern", "postern:x:%s:".formatted(POSTERN));
        groups.computeIfPresent("dovecot", (name, line) -> line.endsWith(":") ? line + "postern" : line + ",postern");
        Files.write(root.resolve("group"), groups.values());
    }

    private Map<String, String> merged(String file) throws IOException {
        Map<String, String> byName = new LinkedHashMap<>();
        Stream.of(
                        Files.readAllLines(Path.of("/etc", file)),
                        Files.readAllLines(version.root().resolve("etc").resolve(file)))
                .flatMap(List::stream)
                .forEach(line -> byName.putIfAbsent(line.substring(0, line.indexOf(':')), line));
        return byName;
    }

    private String group(String name) throws IOException {
        return Files.readAllLines(root.resolve("group")).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields[0].equals(name))
                .map(fields -> fields[2])
                .collect(Collectors.joining());
    }

    Path etc() {
        return root.resolve("etc");
    }

    /** The script that runs a command of this machine's where all of this is in the same place as it is for Dovecot. */
    String beside() {
        return version.root().equals(Path.of("/")) ? "exec \"$@\"" : """
                set -e
                r='%1$s' here='%2$s'
                for place in run var/spool var/mail etc/dovecot etc/passwd etc/group; do
                  [ -e "/$place" ] || mkdir -p "/$place"
                  mount --rbind "$r/$place" "/$place"
                done
                mount -t overlay -o "lowerdir=$here/lib:/usr/lib" overlay /usr/lib
                exec "$@"
                """.formatted(version.root(), root);
    }

    /** The script that runs Dovecot in a mount namespace, and in its own root, where all of this is in its place. */
    String launch(TestDatabase database, Path postfixQueue) {
        String inside =
                version.root().equals(Path.of("/")) ? "" : version.root().toString();
        String databaseDirectory =
                database.socket() == null ? "" : database.socket().getParent().toString();
        return """
                set -e
                here='%1$s' r='%2$s' queue='%3$s' database='%4$s'
                mount --bind "$here/run" "$r/run"
                [ -z "$database" ] || mount --bind "$database" "$r/run/database"
                mount --bind "$here/spool" "$r/var/spool"
                mount --bind "$queue" "$r/var/spool/postfix"
                mount --bind "$here/mail" "$r/var/mail"
                mount --bind "$here/etc" "$r/etc/dovecot"
                mount --bind "$here/state" "$r/var/lib/dovecot"
                mount --bind "$here/passwd" "$r/etc/passwd"
                mount --bind "$here/group" "$r/etc/group"
                mount -t overlay -o "lowerdir=$here/lib:$r/usr/lib" overlay "$r/usr/lib"
                if [ -n "$r" ]; then
                  mount -t proc proc "$r/proc"
                  mount --bind "$here/tmp" "$r/tmp"
                fi
                exec chroot "$r/" /usr/sbin/dovecot -F
                """.formatted(root, inside, postfixQueue, databaseDirectory);
    }
}
