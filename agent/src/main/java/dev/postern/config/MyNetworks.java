package dev.postern.config;

import dev.postern.model.NetworkList;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a Postfix takes for its own networks: {@code mynetworks}, as {@code postconf} says it, who knows of
 * {@code mynetworks_style} and of parameters within parameters.
 */
public final class MyNetworks {

    /** Below {@code sbin}, which not every account has in its {@code PATH}. */
    private static final List<String> POSTCONF = List.of("postconf", "/usr/sbin/postconf", "/usr/local/sbin/postconf");

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** As much as a pipe holds on Linux: a postconf that says more does not end before it is read. */
    private static final int LONGEST = 65_536;

    private static final int LONGEST_REASON = 300;

    private static final int LARGEST_FILE = 1_048_576;

    /** Networks to be excluded, or why they cannot be known. */
    public sealed interface Result {}

    /**
     * They are known.
     *
     * @param unusable what stands there and is no network: tables and names
     */
    public record Known(NetworkList networks, List<String> unusable) implements Result {}

    public record Unreadable(ConfigProblem problem) implements Result {}

    private final List<String> programs;
    private final Duration patience;

    MyNetworks(List<String> programs, Duration patience) {
        this.programs = programs;
        this.patience = patience;
    }

    /**
     * Asks postconf, for a few seconds at most.
     *
     * @param directory with Postfix's {@code main.cf}; null = nobody wants to know
     */
    public static Result read(@Nullable Path directory) {
        return directory == null
                ? new Known(new NetworkList(List.of()), List.of())
                : new MyNetworks(POSTCONF, PATIENCE).of(directory);
    }

    Result of(Path directory) {
        try {
            return networks(directory, ask(directory));
        } catch (IOException e) {
            return unreadable(directory, "cannot be known: " + e.getMessage());
        }
    }

    private static Result networks(Path directory, String mynetworks) {
        MyNetworksText text = new MyNetworksText(MyNetworks::file);
        String trouble = text.read(mynetworks);
        return trouble == null ? new Known(text.networks(), text.unusable()) : unreadable(directory, trouble);
    }

    private static Unreadable unreadable(Path directory, String why) {
        return new Unreadable(ConfigProblem.of(
                "relay.exclude_mynetworks",
                directory.toString(),
                Printable.of(why, LONGEST_REASON),
                "see postconf -c " + directory
                        + " -xh mynetworks; or leave it out, and name the networks in relay.exclude"));
    }

    private String ask(Path directory) throws IOException {
        Process postconf = start(directory);
        try {
            if (!postconf.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("postconf does not end within " + patience.toSeconds() + " s");
            }
            if (postconf.exitValue() != 0) {
                throw new IOException(lastLine(text(postconf.getErrorStream())));
            }
            return text(postconf.getInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            postconf.destroyForcibly();
        }
    }

    private Process start(Path directory) throws IOException {
        IOException missing = null;
        for (String program : programs) {
            try {
                return new ProcessBuilder(program, "-c", directory.toString(), "-xh", "mynetworks")
                        .redirectInput(new File("/dev/null"))
                        .start();
            } catch (IOException notThere) {
                missing = notThere;
            }
        }
        throw new IOException("there is no program postconf: is Postfix installed?", missing);
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
    }

    private static String lastLine(String lines) {
        String all = lines.strip();
        return all.isEmpty() ? "postconf fails and says nothing" : all.substring(all.lastIndexOf('\n') + 1);
    }

    private static String file(String path) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new IOException("larger than " + LARGEST_FILE + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
