package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is shipped. */
class PackagedJarIT {

    private static final long LIMIT = 30L << 20;

    @Test
    void isSmallAndHasNoDatabaseInIt() throws IOException {
        assertThat(Files.size(AgentProcess.jar())).isLessThan(LIMIT);
        try (JarFile jar = new JarFile(AgentProcess.jar().toFile())) {
            assertThat(jar.stream().map(Object::toString))
                    .contains("schema/V1__seed.sql", "schema/V2__postern.sql")
                    .noneMatch(entry -> entry.startsWith("ch/vorburger/") || entry.startsWith("org/springframework/"));
        }
    }
}
