package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.SeededRandom;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.WebPeer;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Whatever is put into the parameters that the document has, the answer is one that the document has, and no 5xx. For
 * as many seconds as {@code -Dpostern.fuzz.seconds} sets.
 */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiFuzzIT {

    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "%",
            "_",
            "'",
            "\"",
            "\\",
            "\\u0000",
            "\u0000",
            "\t",
            "\r\nX: y",
            "null",
            "true",
            "-1",
            "0",
            "1e9",
            "99999999999999999999",
            "1.5",
            "[]",
            "{}",
            "\"\"",
            "@",
            "@@",
            "a@",
            "@example.org",
            "alice@example.org",
            "ALICE@EXAMPLE.ORG",
            "a b@example.org",
            "ä@example.org",
            "\uD83D\uDE00@x.org",
            "\uD800",
            "%00",
            "%zz",
            "../..",
            "/",
            "//",
            "?",
            "#",
            ";",
            "2026-01-31T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:60Z",
            "2026-02-30T00:00:00+18:00",
            "-999999999-01-01T00:00:00Z",
            "127.0.0.1",
            "::1",
            "::ffff:192.0.2.7",
            "1",
            "::",
            "999.1.1.1",
            "fe80::1%eth0",
            "json",
            "csv",
            "ndjson",
            "CSV",
            "' OR 1=1 -- ",
            "a".repeat(255),
            "a".repeat(300));

    private static final List<String> ACCEPTS = List.of(
            "*/*", "", "text/csv", "application/json;q=0", "x", ",,,", "a/b;q=9,*/*;q=x", "application/x-ndjson");

    private PackagedAgent agent;
    private final List<WebPeer> peers = new ArrayList<>();
    private final Map<String, JsonObject> operations = new java.util.TreeMap<>();
    private JsonObject document;

    @BeforeAll
    void start(@TempDir Path directory, TestDatabase database) throws IOException {
        database.execute(
                "INSERT INTO user (email) VALUES ('alice@example.org'), ('a b@example.org'), ('%@example.org')");
        int port = Ports.free();
        TokensFile tokens = new TokensFile(directory.resolve("tokens"));
        for (Set<String> domains : List.<Set<String>>of(Set.of(), Set.of("example.org", "x.org"))) {
            Token.NewToken made = Token.make("t" + domains.size(), TokenRole.WRITE, domains.isEmpty() ? null : domains);
            tokens.add(made.token());
            peers.add(new WebPeer(port, made.text()));
        }
        String http = AgentConfigFile.http(directory, port) + "requests_per_second = 100000\n";
        agent = PackagedAgent.start(AgentConfigFile.in(directory, directory.resolve("lookup"), database, http)
                .file());
        read();
    }

    @AfterAll
    void stop() {
        agent.close();
    }

    private void read() throws IOException {
        Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(Path.of("src/main/resources/openapi.yaml")));
        document = new JsonObject(yaml);
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject methods = paths.getJsonObject(path);
            for (String method : methods.fieldNames()) {
                operations.put(method.toUpperCase(java.util.Locale.ROOT) + " " + path, methods.getJsonObject(method));
            }
        }
    }

    @Test
    void nothingIsAnsweredThatTheDocumentDoesNotHave() {
        long seconds = Long.getLong("postern.fuzz.seconds", 5);
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        RandomGenerator random = SeededRandom.random();
        Set<Integer> statuses = new HashSet<>();
        List<String> names = List.copyOf(operations.keySet());
        for (int i = 0; i < names.size() * 40 || System.nanoTime() < end; i++) {
            String name = names.get(i % names.size());
            statuses.add(ask(name, operations.get(name), random));
        }
        assertThat(statuses).contains(200, 400, 404);
        assertThat(agent.log()).noneMatch(line -> line.contains("level=error"));
    }

    private int ask(String name, JsonObject operation, RandomGenerator random) {
        String[] words = name.split(" ", 2);
        String target = words[1];
        StringBuilder query = new StringBuilder();
        for (Object each : operation.getJsonArray("parameters", new JsonArray())) {
            JsonObject parameter = resolved((JsonObject) each);
            String value = encoded(value(parameter, random));
            switch (parameter.getString("in")) {
                case "path" ->
                    target = target.replace("{" + parameter.getString("name") + "}", value.isEmpty() ? "%20" : value);
                case "query" -> {
                    if (random.nextInt(3) == 0) {
                        query.append(query.isEmpty() ? "?" : "&")
                                .append(parameter.getString("name"))
                                .append('=')
                                .append(value);
                    }
                }
                default -> {}
            }
        }
        String whole = target + query;
        WebPeer peer = peers.get(random.nextInt(peers.size()));
        HttpResponse<String> answer = peer.ask(
                words[0], whole, "Accept", one(ACCEPTS, random), "If-None-Match", encoded(one(HOSTILE, random)));
        String shown = words[0] + " " + whole + " → " + answer.statusCode() + " " + answer.body();
        assertThat(answer.statusCode()).as(shown).isLessThan(500);
        JsonObject responses = operation.getJsonObject("responses");
        if (!responses.containsKey(Integer.toString(answer.statusCode()))) {
            assertThat(answer.headers().firstValue("content-type")).as(shown).hasValue("application/problem+json");
            assertThat(new JsonObject(answer.body()).getInteger("status"))
                    .as(shown)
                    .isEqualTo(answer.statusCode());
        }
        return answer.statusCode();
    }

    private JsonObject resolved(JsonObject parameter) {
        String reference = parameter.getString("$ref");
        if (reference == null) {
            return parameter;
        }
        return document.getJsonObject("components")
                .getJsonObject("parameters")
                .getJsonObject(reference.substring(reference.lastIndexOf('/') + 1));
    }

    /** Often one that fits the schema, so that something comes of it. */
    private static String value(JsonObject parameter, RandomGenerator random) {
        JsonObject schema = parameter.getJsonObject("schema");
        if (random.nextBoolean()) {
            return one(HOSTILE, random) + (random.nextInt(4) == 0 ? one(HOSTILE, random) : "");
        }
        if (schema.containsKey("enum")) {
            return schema.getJsonArray("enum")
                    .getString(random.nextInt(schema.getJsonArray("enum").size()));
        }
        return switch (schema.getString("type")) {
            case "boolean" -> Boolean.toString(random.nextBoolean());
            case "integer" -> Integer.toString(random.nextInt(-2, 1100));
            default -> String.valueOf(parameter.getValue("example", "alice"));
        };
    }

    private static String one(List<String> values, RandomGenerator random) {
        return values.get(random.nextInt(values.size()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
