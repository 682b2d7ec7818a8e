package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.manual.CommandPage;
import dev.postern.manual.MarkdownPage;
import dev.postern.manual.ScriptPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * {@code dist/man/} is what would be made now. {@code mvn test -Dtest=ManualPagesTest -Dpostern.write=true} makes it.
 */
class ManualPagesTest {

    private static final Path PAGES = Path.of("dist/man");
    private static final Path SCRIPTS = Path.of("../hook-scripts");

    @Test
    void pagesAreWhatTheyAreAbout() throws IOException {
        Map<String, String> made = pages();
        if (Boolean.getBoolean("postern.write")) {
            Files.createDirectories(PAGES);
            for (Map.Entry<String, String> page : made.entrySet()) {
                Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
            }
        }
        Map<String, String> there = new TreeMap<>();
        try (var files = Files.list(PAGES)) {
            for (Path file : files.toList()) {
                there.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        assertThat(there)
                .as("made anew by -Dtest=ManualPagesTest -Dpostern.write=true")
                .isEqualTo(made);
    }

    @Test
    void pagesNameNoFileOfTheSource() throws IOException {
        assertThat(pages().values()).noneMatch(page -> page.contains(".md") || page.contains("dist/"));
    }

    private static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        Cli cli = new Cli(
                (config, password, relay) -> 70,
                directory -> 70,
                (file, config, mailbox) -> new CheckReport(),
                Map.of(),
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()));
        pages.put("postern.8", CommandPage.of(cli.commands()).toString());
        pages.put(
                "postern.toml.5",
                MarkdownPage.of(
                                "postern.toml",
                                5,
                                "configuration of postern",
                                Files.readAllLines(Path.of("docs/CONFIGURATION.md")))
                        .toString());
        for (String script : List.of("imap-postlogin", "quota-warning", "quota-import")) {
            pages.put(
                    script + ".8",
                    ScriptPage.of(script, Files.readString(SCRIPTS.resolve(script)))
                            .toString());
        }
        for (String other : List.of("pop3-postlogin", "submission-postlogin", "managesieve-postlogin")) {
            pages.put(other + ".8", ".so man8/imap-postlogin.8\n");
        }
        return pages;
    }
}
