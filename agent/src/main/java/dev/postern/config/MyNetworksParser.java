package dev.postern.config;

import dev.postern.model.IpNetwork;
import dev.postern.model.IpNetworkList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of {@code mynetworks}, postconf(5) and {@code util/match_list.c} of Postfix: patterns with white space or
 * commas between them. A {@code !} before one makes an exception of it; the first pattern that fits decides.
 *
 * <pre>
 * 192.0.2.0/24 [2001:db8::]/32   networks; IPv6 in brackets
 * /etc/postfix/networks          a file with more patterns, lines that begin with # apart
 * cidr:/etc/postfix/networks     a table, which only Postfix can look into
 * .example.org                   a name, which a login does not have
 * </pre>
 */
final class MyNetworksParser {

    /** Reads a file. */
    @FunctionalInterface
    interface PatternFiles {
        String read(String path) throws IOException;
    }

    /** Each is compared with the address of each login. */
    static final int MAX_NETWORKS = 10_000;

    /** Files that name files. */
    private static final int MAX_DEPTH = 5;

    private final PatternFiles files;
    private final List<IpNetworkList.NetworkPattern> networks = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();

    MyNetworksParser(PatternFiles files) {
        this.files = files;
    }

    /** Takes it; what went wrong, or null. */
    @Nullable
    String read(String mynetworks) {
        try {
            patterns(mynetworks, false, 0);
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    IpNetworkList networks() {
        return new IpNetworkList(networks);
    }

    /** Tables, names and other entries that are not networks. */
    List<String> unusable() {
        return List.copyOf(unusable);
    }

    private void patterns(String text, boolean negated, int depth) throws IOException {
        for (String pattern : split(text)) {
            int marks = 0;
            while (marks < pattern.length() && pattern.charAt(marks) == '!') {
                marks++;
            }
            pattern(pattern.substring(marks), negated ^ (marks % 2 == 1), depth);
        }
    }

    private void pattern(String pattern, boolean exception, int depth) throws IOException {
        if (pattern.startsWith("/")) {
            patterns(withoutComments(content(pattern, depth)), exception, depth + 1);
            return;
        }
        IpNetwork network = network(pattern);
        if (network == null) {
            unusable.add(pattern);
        } else {
            networks.add(new IpNetworkList.NetworkPattern(network, exception));
        }
        if (networks.size() + unusable.size() > MAX_NETWORKS) {
            throw new IOException("has more than " + MAX_NETWORKS + " patterns in mynetworks");
        }
    }

    private String content(String file, int depth) throws IOException {
        if (depth == MAX_DEPTH) {
            throw new IOException("has files within files in mynetworks, " + file + " too deep");
        }
        try {
            return files.read(file);
        } catch (IOException e) {
            throw new IOException("names in mynetworks what this account cannot read: " + file, e);
        }
    }

    /** {@code [2001:db8::]/32}; with a colon and without brackets it is a table. */
    private static @Nullable IpNetwork network(String pattern) {
        int end = pattern.indexOf(']');
        if (pattern.startsWith("[") && end > 0) {
            return IpNetwork.parse(pattern.substring(1, end) + pattern.substring(end + 1));
        }
        return pattern.indexOf(':') >= 0 ? null : IpNetwork.parse(pattern);
    }

    private static String withoutComments(String lines) {
        return String.join(
                "\n",
                lines.lines().filter(line -> !line.strip().startsWith("#")).toList());
    }

    /** At white space and commas, unless they are in braces: an {@code inline:} table has some. */
    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int braces = 0;
        for (char c : (text + " ").toCharArray()) {
            braces += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (braces <= 0 && (c == ',' || Character.isWhitespace(c))) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
