package dev.postern.demo;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What to try, as commands to be copied, with what this machine has. */
final class DemoInstructions {

    private static final List<Path> PLACES = List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/local/bin"));

    private final Path directory;
    private final EmbeddedDatabase database;

    DemoInstructions(Path directory, EmbeddedDatabase database) {
        this.directory = directory;
        this.database = database;
    }

    String text() {
        String lookup = command() + " lookup --config " + directory.resolve("postern.toml");
        return """

                Postern is running on a database of its own. In another terminal:

                  tell it of a login
                    printf 'login\\tuser=alice@example.org\\tip=192.0.2.7\\tservice=imap\\n' %s

                  ask what Postfix asks: may this address relay now (for a minute), is this mailbox full
                    %s pop-before-smtp 192.0.2.7
                    %s quota full@example.org

                  see what it has written
                    %s --no-defaults --skip-ssl -S %s mail -e 'SELECT email, lastip, lasttime, bytes, messages FROM user'

                Ctrl-C ends it.
                """.formatted(toSocket(), lookup, lookup, database.client(), database.socket());
    }

    /** The spool works with a shell alone. */
    private String toSocket() {
        Path events = directory.resolve("events.sock");
        if (isThere("nc.openbsd")) {
            return "| nc.openbsd -U -N " + events;
        }
        if (isThere("socat")) {
            return "| socat -t 5 - UNIX-CONNECT:" + events;
        }
        return "> " + directory.resolve("spool/login.$$");
    }

    private static String command() {
        try {
            Path code = Path.of(DemoInstructions.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path jar = Files.isDirectory(code) ? code.resolveSibling("postern.jar") : code;
            return "java -jar " + jar;
        } catch (URISyntaxException e) {
            return "postern";
        }
    }

    private static boolean isThere(String program) {
        return PLACES.stream().anyMatch(place -> Files.isExecutable(place.resolve(program)));
    }
}
