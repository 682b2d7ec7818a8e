package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is shipped. */
class PackagedJarIT {

    private static final long LIMIT = 30L << 20;

    @Test
    void isSmallAndHasNoDatabaseInIt() throws IOException {
        assertThat(Files.size(PackagedAgent.jar())).isLessThan(LIMIT);
        try (JarFile jar = new JarFile(PackagedAgent.jar().toFile())) {
            assertThat(jar.stream().map(Object::toString))
                    .contains("schema/V1__seed.sql", "schema/V2__postern.sql")
                    .noneMatch(entry -> entry.startsWith("ch/vorburger/") || entry.startsWith("org/springframework/"));
        }
    }

    @Test
    void hasABillOfMaterialsWhoseComponentsAreAllDocumented() throws IOException {
        Path bill = PackagedAgent.jar().resolveSibling("postern.cdx.json");
        List<Row> rows = documented();
        JsonNode components = new ObjectMapper().readTree(bill.toFile()).path("components");
        assertThat(components).hasSizeGreaterThan(40);
        assertThat(components)
                .filteredOn(
                        component -> !"optional".equals(component.path("scope").asText()))
                .allSatisfy(component -> assertThat(rows).anyMatch(row -> row.describes(component)));
    }

    @Test
    void asksForNativeAccessOnceForAllOfItsLibraries() throws IOException {
        try (JarFile jar = new JarFile(PackagedAgent.jar().toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
                    .isEqualTo("ALL-UNNAMED");
        }
    }

    private static List<Row> documented() throws IOException {
        Path page = TestDatabase.schema().resolveSibling("agent").resolve("docs/dependencies.md");
        try (Stream<String> lines = Files.lines(page)) {
            return lines.filter(line -> line.startsWith("| `")).map(Row::of).toList();
        }
    }

    /**
     * A line of the table in docs/dependencies.md.
     *
     * @param artifacts {@code group:artifact} with wildcards; without a group, of the one before
     */
    private record Row(String artifacts, String licence) {

        private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

        static Row of(String line) {
            String[] cells = line.split("\\|", -1);
            return new Row(cells[1], cells[4].strip());
        }

        boolean describes(JsonNode component) {
            String name = component.path("group").asText() + ":"
                    + component.path("name").asText();
            return component.path("licenses").findValuesAsText("id").contains(licence) && names(name);
        }

        private boolean names(String name) {
            String group = "";
            Matcher quoted = QUOTED.matcher(artifacts);
            while (quoted.find()) {
                String artifact = quoted.group(1).contains(":") ? quoted.group(1) : group + quoted.group(1);
                group = artifact.substring(0, artifact.indexOf(':') + 1);
                if (name.matches(artifact.replace(".", "\\.").replace("*", ".*"))) {
                    return true;
                }
            }
            return false;
        }
    }
}
