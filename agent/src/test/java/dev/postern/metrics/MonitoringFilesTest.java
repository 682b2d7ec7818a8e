package dev.postern.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alert rules that are shipped ask for nothing that the agent does not export. */
class MonitoringFilesTest {

    private static final Path FILES = Path.of("dist", "prometheus");
    private static final Pattern FIGURE = Pattern.compile("\\bpostern_\\w+");

    @Test
    void everyAlertHasWhatAnAdministratorNeeds() throws IOException {
        JsonNode group = alerts().get("groups").get(0);
        assertThat(group.get("name").asText()).isEqualTo("postern");
        assertThat(group.get("rules")).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.get("alert").asText()).startsWith("Postern");
            assertThat(rule.get("labels").get("severity").asText()).isIn("critical", "warning");
            assertThat(rule.get("annotations").get("summary").asText()).contains("$labels.instance");
            assertThat(rule.get("annotations").get("description").asText()).isNotBlank();
        });
    }

    @Test
    void alertsAskForFiguresThatThereAre() throws IOException {
        assertThat(figures(alerts().findValuesAsText("expr"))).isNotEmpty().allMatch(told()::contains);
    }

    @Test
    void theDashboardAsksForFiguresThatThereAre() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(FILES.resolve("dashboard.json").toFile());
        assertThat(figures(dashboard.findValuesAsText("expr"))).isNotEmpty().allMatch(told()::contains);
        assertThat(dashboard.findValuesAsText("query").get(0)).isEqualTo("prometheus");
    }

    @Test
    void panelsHaveNumbersAndPlacesOfTheirOwn() throws IOException {
        JsonNode panels = new ObjectMapper()
                .readTree(FILES.resolve("dashboard.json").toFile())
                .get("panels");
        assertThat(panels).doesNotHaveDuplicates();
        assertThat(panels.findValuesAsText("id")).doesNotHaveDuplicates().hasSize(panels.size());
        assertThat(panels.findValues("gridPos")).doesNotHaveDuplicates().hasSize(panels.size());
    }

    private static JsonNode alerts() throws IOException {
        return new ObjectMapper()
                .valueToTree(new Yaml(new SafeConstructor(new LoaderOptions()))
                        .load(Files.readString(FILES.resolve("alerts.yml"))));
    }

    private static Set<String> figures(List<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> FIGURE.matcher(expression).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names that Prometheus knows our figures by, whatever their kind. */
    private static Set<String> told() {
        return MeterDescriptions.names().stream()
                .map(name -> name.replace('.', '_'))
                .flatMap(name ->
                        Stream.of("", "_total", "_seconds", "_seconds_bucket").map(name::concat))
                .collect(Collectors.toSet());
    }
}
