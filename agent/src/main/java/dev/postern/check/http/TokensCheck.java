package dev.postern.check.http;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.FileErrorText;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Each line of the tokens file is a token's that the agent takes. Bad lines are reported by their numbers, without
 * content.
 */
final class TokensCheck {

    /** Line numbers reported at once. */
    private static final int MAX_COUNT = 20;

    private final Path file;
    private final Path tokens;
    private final CheckReport report;

    /**
     * Looks at nothing yet.
     *
     * @param file the configuration's own
     */
    TokensCheck(Path file, Path tokens, CheckReport report) {
        this.file = file;
        this.tokens = tokens;
        this.report = report;
    }

    void examine() {
        if (Files.isDirectory(tokens)) {
            // Reported with the other files.
            return;
        }
        try {
            List<Integer> bad = new TokensFile(tokens).read().badLines();
            if (!bad.isEmpty()) {
                badLines(bad);
            }
        } catch (NoSuchFileException missing) {
            // Reported with the other files.
        } catch (AccessDeniedException e) {
            report.unchecked(CheckName.HTTP, "http.tokens_file: \"" + tokens + "\" cannot be read; run this as root");
        } catch (IOException e) {
            problem(
                    "cannot be used: " + FileErrorText.of(e),
                    "name a file with nothing but what postern token add writes");
        }
    }

    private void badLines(List<Integer> bad) {
        List<Integer> first = bad.subList(0, Math.min(MAX_COUNT, bad.size()));
        String numbers = first.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String more = bad.size() > MAX_COUNT ? " and " + (bad.size() - MAX_COUNT) + " more" : "";
        String away = first.stream().map(line -> " -e " + line + "d").collect(Collectors.joining());
        problem(
                "has lines that hold no token, or a second one of its name: " + numbers + more,
                "sed -i" + away + " " + tokens + ", then postern token add for each of them");
    }

    private void problem(String problem, String mend) {
        report.problem(CheckName.HTTP, file + ": http.tokens_file", "\"" + tokens + "\" " + problem, mend);
    }
}
