package dev.postern.config;

import dev.postern.model.IpNetworkList;
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
 * What a Postfix takes for its own networks: {@code mynetworks} as {@code postconf} prints it, which knows
 * {@code mynetworks_style} and of parameters within parameters.
 */
public final class MyNetworks {

    /** Below {@code sbin}, which not every account has in its {@code PATH}. */
    private static final List<String> POSTCONF = List.of("postconf", "/usr/sbin/postconf", "/usr/local/sbin/postconf");

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** As much as a pipe holds on Linux: a postconf that prints more does not end before it is read. */
    private static final int MAX_LENGTH = 65_536;

    private static final int MAX_REASON_LENGTH = 300;

    private static final int MAX_FILE_BYTES = 1_048_576;

    /** Networks to be excluded, or why they cannot be known. */
    public sealed interface MyNetworksResult {}

    /**
     * They are known.
     *
     * @param unusable entries other than networks: tables and names
     */
    public record KnownNetworks(IpNetworkList networks, List<String> unusable) implements MyNetworksResult {}

    public record UnreadableNetworks(ConfigProblem problem) implements MyNetworksResult {}

    private final List<String> programs;
    private final Duration timeout;

    MyNetworks(List<String> programs, Duration patience) {
        this.programs = programs;
        this.timeout = patience;
    }

    /**
     * Asks postconf, for a few seconds at most.
     *
     * @param directory with Postfix's {@code main.cf}; null = not needed
     */
    public static MyNetworksResult read(@Nullable Path directory) {
        return directory == null
                ? new KnownNetworks(new IpNetworkList(List.of()), List.of())
                : new MyNetworks(POSTCONF, TIMEOUT).of(directory);
    }

    MyNetworksResult of(Path directory) {
        try {
            return networks(directory, ask(directory));
        } catch (IOException e) {
            return unreadable(directory, "cannot be known: " + e.getMessage());
        }
    }

    private static MyNetworksResult networks(Path directory, String mynetworks) {
        MyNetworksParser text = new MyNetworksParser(MyNetworks::file);
        String trouble = text.read(mynetworks);
        return trouble == null ? new KnownNetworks(text.networks(), text.unusable()) : unreadable(directory, trouble);
    }

    private static UnreadableNetworks unreadable(Path directory, String why) {
        return new UnreadableNetworks(ConfigProblem.of(
                "relay.exclude_mynetworks",
                directory.toString(),
                PrintableText.of(why, MAX_REASON_LENGTH),
                "see postconf -c " + directory
                        + " -xh mynetworks; or leave it out, and name the networks in relay.exclude"));
    }

    private String ask(Path directory) throws IOException {
        Process postconf = start(directory);
        try {
            if (!postconf.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("postconf does not end within " + timeout.toSeconds() + " s");
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
        throw new IOException("program postconf not found: is Postfix installed?", missing);
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(MAX_LENGTH), StandardCharsets.UTF_8);
    }

    private static String lastLine(String lines) {
        String all = lines.strip();
        return all.isEmpty() ? "postconf fails without a message" : all.substring(all.lastIndexOf('\n') + 1);
    }

    private static String file(String path) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
