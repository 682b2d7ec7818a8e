package dev.postern.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the archive of classes beside the jar, which may be of use and never does harm. */
class LauncherIT {

    private static final Path DIST = Path.of(System.getProperty("postern.root", ".."), "agent", "dist");
    private static final String FROM_ARCHIVE = "dev.postern.cli.Cli source: shared objects file (top)";
    private static final String FROM_JAR = "dev.postern.cli.Cli source: file:";

    @TempDir
    private Path directory;

    private Path jar;
    private Path archive;

    /** An installation of its own: the launcher takes the jar beside it. */
    @BeforeEach
    void install() throws IOException {
        directory = directory.toRealPath();
        jar = Files.copy(PackagedAgent.jar(), directory.resolve("postern.jar"));
        archive = directory.resolve("postern.jsa");
        Files.copy(DIST.resolve("postern"), directory.resolve("postern"));
    }

    @Test
    void buildLeavesAnArchiveThatIsUsed() {
        assertThat(launch(DIST.resolve("postern"), "-Xlog:class+load")).contains(FROM_ARCHIVE);
    }

    @Test
    void archiveIsForOneJar() throws IOException {
        assertThat(launchClasses()).contains(FROM_JAR).doesNotContain("(top)");
        assertThat(makeArchive().status()).isZero();
        assertThat(launchClasses()).contains(FROM_ARCHIVE);

        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(86_400)));
        assertThat(launchClasses()).contains(FROM_JAR).doesNotContain("(top)");
        assertNothingButTheVersionIsSaid();

        assertThat(makeArchive().status()).isZero();
        assertThat(launchClasses()).contains(FROM_ARCHIVE);
        assertNothingButTheVersionIsSaid();
    }

    @Test
    void strangeArchiveIsDoneWithout() throws IOException {
        Path built = PackagedAgent.jar().resolveSibling("postern.jsa");
        Files.copy(built, archive);
        assertNothingButTheVersionIsSaid();
        assertThat(launchClasses()).contains(FROM_JAR);
        Files.writeString(archive, "not an archive");
        assertNothingButTheVersionIsSaid();
        Files.writeString(archive, "");
        assertNothingButTheVersionIsSaid();
        Files.delete(archive);
        Files.createDirectory(archive);
        assertNothingButTheVersionIsSaid();
    }

    @Test
    void anArchiveOfAnotherJavaIsDoneWithout() throws IOException {
        // As one that was made before an update: Java writes its own version into the file's head.
        byte[] bytes = Files.readAllBytes(PackagedAgent.jar().resolveSibling("postern.jsa"));
        String head = new String(bytes, 0, 4096, ISO_8859_1);
        int version = head.indexOf(System.getProperty("java.vm.version"));
        assertThat(version).isPositive();
        bytes[version]++;
        Files.write(archive, bytes);
        assertNothingButTheVersionIsSaid();
        assertThat(launchClasses()).contains(FROM_JAR).doesNotContain("(top)");
    }

    @Test
    void archiveThatCannotBeMadeLeavesWhatWasThere() throws IOException {
        Files.writeString(archive, "as it was");
        Files.writeString(jar, "not a jar");
        TestCommand.CommandResult result = makeArchive();
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.output()).contains("make-archive: no archive");
        assertThat(archive).hasContent("as it was");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("postern", "postern.jar", "postern.jsa");
        Files.delete(jar);
        assertThat(makeArchive().status()).isEqualTo(66);
    }

    @Test
    void administratorsOptionsComeLast() {
        assertThat(launch(directory.resolve("postern"), "-Xmx77m -XX:+PrintFlagsFinal"))
                .containsPattern("MaxHeapSize += " + (78L << 20) + " ");
    }

    private void assertNothingButTheVersionIsSaid() {
        assertThat(launch(directory.resolve("postern"), "")).matches("postern \\S+\\n");
    }

    private String launchClasses() {
        return launch(directory.resolve("postern"), "-Xlog:class+load");
    }

    private static String launch(Path launcher, String options) {
        return TestCommand.of(
                        "env",
                        "JAVA_HOME=" + System.getProperty("java.home"),
                        "POSTERN_JAVA_OPTS=" + options,
                        "sh",
                        launcher,
                        "--version")
                .output();
    }

    private TestCommand.CommandResult makeArchive() {
        return TestCommand.of("env", "JAVA_HOME=" + System.getProperty("java.home"), DIST.resolve("make-archive"), jar)
                .run();
    }
}
