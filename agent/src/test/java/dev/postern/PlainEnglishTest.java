package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds comments and documentation to the English of CONTRIBUTING.md: programs send and report;
 * the subject of a sentence is a thing.
 */
class PlainEnglishTest {

    private static final Path ROOT = Path.of(System.getProperty("postern.root", ".."));
    private static final int COLUMNS = 120;

    private static final Set<String> SKIPPED = Set.of(".git", ".idea", "target", "node_modules", ".cifuzz-corpus");

    private static final Pattern TEXT = Pattern.compile(".*\\.(md|sh|conf|example|toml|service|cf|yaml|sql|ext)");
    private static final Pattern JAVA_COMMENT =
            Pattern.compile("(?s)/\\*\\*?\\s.*?\\*/|(?m:^\\s*|[;{}),]\\s+)//[^\\n]*");
    private static final Pattern JAVA_TEXT = Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\.)* (?:[^\"\\\\\\n]|\\\\.)*\"");
    /** Rows of a table stay on one line. */
    private static final Pattern COMMENT_LINE = Pattern.compile("^\\s*(/?\\*|//)(?!.*<tr>)");

    private static final Pattern OTHER_COMMENT = Pattern.compile("(?m)^\\s*(#|--).*$");

    /** A turn of phrase, and how many of it are left. */
    private enum Phrase {
        TELL("(tell|tells|telling|told|say|says|saying|said|hear|hears|heard)", 0),
        PERSON("(who|whom|whoever|nobody|somebody|anybody|everybody|someone|anyone)", 4),
        IS_NO("(is|are|was|were) no (?!longer|more)", 0),
        MEND("(mend|mends|mended|mending|cure|cures|cured)", 1),
        FAULT_OF_OURS("fault of (ours|our own)", 0),
        EARLIER_LIFE("(earlier|previous|former) (life|lives)", 0),
        BUT_FOR("(of before|but for|save for|in the place of)", 0),
        OUTSIDE_TEXT("(contract|web|house|cases|issue) ?(§|\\.md)", 0);

        final Pattern pattern;
        final int limit;

        Phrase(String words, int limit) {
            this.pattern = Pattern.compile("(?i)\\b" + words + "(?!\\w)");
            this.limit = limit;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNearlyGone(Phrase phrase) throws IOException {
        List<String> places = new ArrayList<>();
        for (Path file : files()) {
            String prose = prose(file);
            Matcher matcher = phrase.pattern.matcher(prose);
            while (matcher.find()) {
                places.add(ROOT.relativize(file) + ": " + around(prose, matcher));
            }
        }
        assertThat(places).as(phrase.name()).hasSizeLessThanOrEqualTo(phrase.limit);
    }

    @Test
    void commentsEndWithinTheMargin() throws IOException {
        List<String> places = new ArrayList<>();
        for (Path file : files()) {
            if (isJava(file)) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.length() > COLUMNS
                                && COMMENT_LINE.matcher(line).find())
                        .forEach(line -> places.add(ROOT.relativize(file) + ": " + line.strip()));
            }
        }
        assertThat(places).isEmpty();
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        collect(ROOT, files);
        return files;
    }

    private static void collect(Path directory, List<Path> files) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.sorted().toList()) {
                if (Files.isDirectory(entry)) {
                    if (!SKIPPED.contains(entry.getFileName().toString())) {
                        collect(entry, files);
                    }
                } else if (isJava(entry) || isText(entry)) {
                    files.add(entry);
                }
            }
        }
    }

    private static boolean isJava(Path file) {
        return file.toString().endsWith(".java") && !file.endsWith("PlainEnglishTest.java");
    }

    private static boolean isText(Path file) {
        String parent = ROOT.relativize(file).toString();
        return TEXT.matcher(parent).matches()
                || parent.startsWith(".ci/")
                || parent.matches("hook-scripts/[a-z-]+|agent/dist/[a-z-]+|postfix/(policy|socketmap)/.*");
    }

    /** Returns what of a file is written for people. */
    private static String prose(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (MalformedInputException notText) {
            return "";
        }
        if (file.toString().endsWith(".md")) {
            return text;
        }
        String comments = all(isJava(file) ? JAVA_COMMENT : OTHER_COMMENT, text);
        return file.toString().contains("src/main/java") ? comments + all(JAVA_TEXT, text) : comments;
    }

    private static String all(Pattern pattern, String text) {
        StringBuilder found = new StringBuilder();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.append(matcher.group()).append('\n');
        }
        return found.toString();
    }

    private static String around(String prose, Matcher matcher) {
        int from = Math.max(0, matcher.start() - 40);
        int to = Math.min(prose.length(), matcher.end() + 30);
        return prose.substring(from, to).replaceAll("\\s+", " ");
    }
}
