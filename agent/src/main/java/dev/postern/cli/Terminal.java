package dev.postern.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The terminal of the command. Java 17 does not know its width: the launcher passes it. */
final class Terminal {

    private static final Path STDIN = Path.of("/proc/self/fd/0");
    private static final Pattern DEVICE = Pattern.compile("/dev/(?:pts/\\d+|tty\\w*|console|hvc\\d+)");

    private Terminal() {}

    /** What can be asked; null when standard input is not a terminal, which Java does not report from 22 on. */
    static @Nullable Console console() {
        try {
            return DEVICE.matcher(Files.readSymbolicLink(STDIN).toString()).matches() ? System.console() : null;
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** Its width; 0 when there is none. */
    static int width(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : 0;
    }
}
