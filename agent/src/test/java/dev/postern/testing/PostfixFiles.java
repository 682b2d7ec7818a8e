package dev.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The directories of one Postfix instance, filled as an administrator would fill them. */
record PostfixFiles(Path config, Path queue, Path data, Path log) {

    private static final Path DEBIAN = Path.of("/usr/share/postfix");
    private static final Path SHIPPED =
            Path.of(System.getProperty("postern.root", "..")).resolve("postfix");
    /** What a chrooted daemon's C library reads; Debian's start script copies the same. */
    private static final List<String> CHROOT_FILES = List.of("etc/services", "etc/hosts", "etc/nsswitch.conf");

    static PostfixFiles in(Path root) throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path config = Files.createDirectory(root.resolve("etc"));
        Path queue = Files.createDirectory(root.resolve("q"));
        Path data = Files.createDirectory(root.resolve("lib"));
        TestCommand.of("chown", "postfix", data).output();
        return new PostfixFiles(config, queue, data, root.resolve("mail.log"));
    }

    void write(
            PostfixServer.PostfixForm form,
            boolean chrooted,
            PostfixServer.PostfixSql sql,
            int port,
            int submissionPort)
            throws IOException {
        Files.copy(DEBIAN.resolve("main.cf.debian"), config.resolve("main.cf"));
        Files.copy(DEBIAN.resolve("master.cf.dist"), config.resolve("master.cf"));
        for (String table : List.of("dynamicmaps.cf", "postfix-files")) {
            // Debian 12 and 13 have them among the configuration, later ones beside main.cf.debian.
            Path first = Path.of("/etc/postfix").resolve(table);
            Files.copy(Files.exists(first) ? first : DEBIAN.resolve(table), config.resolve(table));
        }
        mysqlFiles(sql);
        postconf("-e", shippedParameters());
        if (form != PostfixServer.PostfixForm.MYSQL) {
            postconf("-e", parametersOf(form));
        }
        postconf("-M", shippedServices());
        if (!chrooted) {
            postconf("-F", Stream.of("*/*/chroot=n"));
        }
        postconf("-e", ownParameters());
        postconf("-F", Stream.of("smtp/inet/service=127.0.0.1:" + port));
        postconf("-F", Stream.of("submission/inet/service=127.0.0.1:" + submissionPort));
        prepareQueue();
    }

    /** Parameters beyond what is shipped. */
    void set(String... parameters) {
        if (parameters.length > 0) {
            postconf("-e", Stream.of(parameters));
        }
    }

    private void mysqlFiles(PostfixServer.PostfixSql sql) throws IOException {
        Path target = Files.createDirectory(config.resolve("mysql"));
        try (Stream<Path> shipped = Files.list(SHIPPED.resolve("mysql"))) {
            for (Path file : shipped.toList()) {
                Files.writeString(target.resolve(file.getFileName()), filledIn(Files.readString(file, UTF_8), sql));
            }
        }
        TestCommand.of("chown", "-R", "root:postfix", target).output();
        TestCommand.of("chmod", "-R", "u=rwX,g=rX,o=", target).output();
    }

    /** Changes the four lines that the README has the administrator change, and nothing else. */
    private static String filledIn(String text, PostfixServer.PostfixSql sql) {
        Map<String, String> values = Map.of(
                "hosts", sql.hosts() + " " + sql.hosts(),
                "user", sql.user(),
                "password", sql.password(),
                "dbname", sql.database());
        return text.lines()
                        .map(line -> {
                            String name = line.split(" = ", 2)[0];
                            return values.containsKey(name) ? name + " = " + values.get(name) : line;
                        })
                        .collect(joining("\n"))
                + "\n";
    }

    /** The folder is a configuration directory, too; the README reads it in the same way. */
    private static Stream<String> shippedParameters() {
        return TestCommand.of("postconf", "-c", SHIPPED, "-n")
                .output()
                .lines()
                .filter(line -> !line.startsWith("config_directory "));
    }

    private static Stream<String> parametersOf(PostfixServer.PostfixForm form) throws IOException {
        Path file = SHIPPED.resolve(form.name().toLowerCase(Locale.ROOT)).resolve("main.cf");
        return Files.readAllLines(file, UTF_8).stream().filter(line -> line.startsWith("postern_"));
    }

    private static Stream<String> shippedServices() {
        return TestCommand.of("postconf", "-c", SHIPPED, "-M").output().lines().map(line -> {
            String[] words = line.split(" +", 3);
            return words[0] + "/" + words[1] + "=" + line;
        });
    }

    private Stream<String> ownParameters() {
        return Stream.of(
                "queue_directory=" + queue,
                "data_directory=" + data,
                "maillog_file=" + log,
                "maillog_file_prefixes=" + log.getParent(),
                "inet_interfaces=loopback-only",
                "myhostname=mx.postern.example",
                "mydestination=localhost",
                "mynetworks=127.0.0.0/8 [::1]/128",
                "alias_maps=",
                "alias_database=",
                "smtpd_authorized_xclient_hosts=127.0.0.1 [::1]",
                "default_transport=dovecot:unix:private/dovecot-lmtp");
    }

    private void postconf(String option, Stream<String> settings) {
        List<String> words = new ArrayList<>(List.of("postconf", "-c", config.toString(), option));
        settings.forEach(words::add);
        TestCommand.of(words.toArray()).output();
    }

    private void prepareQueue() throws IOException {
        Files.createDirectory(queue.resolve("etc"));
        for (String name : CHROOT_FILES) {
            if (Files.exists(Path.of("/", name))) {
                Files.copy(Path.of("/", name), queue.resolve(name));
            }
        }
        // As in tmpfiles.conf, with another owner: the agent of a test runs as the test's user.
        Path postern = Files.createDirectory(queue.resolve("postern"));
        TestCommand.of("chgrp", "postfix", postern).output();
        TestCommand.of("chmod", "2750", postern).output();
    }
}
