package dev.postern.check.postfix;

import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file of mysql_table(5): the server, the account and the query. */
record TableFile(Path path, Map<String, String> settings) {

    private static final Pattern EXPANSION = Pattern.compile("%(.)");

    /** Bytes. */
    private static final long MAX_BYTES = 1 << 20;

    private static final int MAX_PORT = 65_535;

    /** Null when it cannot be read. */
    static @Nullable TableFile read(Path path) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                return null;
            }
            return parse(path, Files.readString(path));
        } catch (IOException notThereOrNoText) {
            return null;
        }
    }

    static TableFile parse(Path path, String text) {
        Map<String, String> settings = new LinkedHashMap<>();
        String joined = text.replaceAll("(?m)^#.*\n", "").replaceAll("\n[ \t]+", " ");
        joined.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                settings.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        });
        return new TableFile(path, settings);
    }

    String name() {
        return path.getFileName().toString().replaceFirst("\\.cf$", "");
    }

    String setting(String name) {
        return settings.getOrDefault(name, "");
    }

    /** The first of its hosts. */
    AgentConfig.MysqlSection database() {
        String host = ConfigWords.of(setting("hosts")).stream().findFirst().orElse("localhost");
        if (host.startsWith("unix:")) {
            return database(
                    "localhost", 3306, Path.of(host.substring("unix:".length()).replace("\0", "")));
        }
        String inet = host.replaceFirst("^inet:", "");
        int colon = inet.lastIndexOf(':');
        int port = colon > 0 && inet.substring(colon + 1).matches("[1-9]\\d{0,4}")
                ? Integer.parseInt(inet.substring(colon + 1))
                : 0;
        return port > 0 && port <= MAX_PORT
                ? database(inet.substring(0, colon), port, null)
                : database(inet.isEmpty() ? "localhost" : inet, 3306, null);
    }

    private AgentConfig.MysqlSection database(String host, int port, @Nullable Path socket) {
        return new AgentConfig.MysqlSection(
                host, port, socket, setting("dbname"), setting("user"), null, AgentConfig.TlsMode.OFF, null);
    }

    /** The query for an unused key, with nothing in it that would need quoting. */
    String query(String key, String user, String domain) {
        return EXPANSION
                .matcher(setting("query"))
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1).toLowerCase(Locale.ROOT)) {
                            case "s" -> key;
                            case "u" -> user;
                            case "d" -> domain;
                            case "%" -> "%";
                            default -> "x";
                        }));
    }
}
