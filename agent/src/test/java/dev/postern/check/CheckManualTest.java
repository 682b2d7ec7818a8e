package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CheckManualTest {

    @Test
    void hasEveryCheckInOrder() throws IOException {
        assertThat(Files.readAllLines(Path.of("docs/CHECK.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.replaceFirst("^\\| `([^`]*)`.*", "$1")))
                .containsExactlyElementsOf(
                        Stream.of(CheckName.values()).map(CheckName::word).toList());
    }
}
