package dev.postern.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates failures of the Java and network libraries into the words of this program's log: no class name, and no
 * sentence of a library. Messages of the operating system ("No space left on device") stay. Failures of this program's
 * own have their own text.
 */
public final class FailureText {

    private static final String OURS = "dev.postern.";
    private static final int MAX_CAUSES = 8;
    private static final int MAX_LENGTH = 300;

    private static final Pattern JDBC = Pattern.compile("\\(conn=-?\\d+\\) (.*)", Pattern.DOTALL);
    private static final Pattern CLIENT =
            Pattern.compile("\\{errorMessage=(.*), errorCode=\\d+, sqlState=.*}", Pattern.DOTALL);

    /**
     * By class name, so that this knows failures of libraries that it does not use. The text may use the failure's
     * message.
     */
    private static final Map<String, UnaryOperator<String>> TEXTS = new HashMap<>();

    static {
        put("connection refused", "java.net.ConnectException");
        put("no answer in time", "java.util.concurrent.TimeoutException", "java.net.SocketTimeoutException");
        put("no answer in time", "java.net.http.HttpTimeoutException", "io.netty.channel.ConnectTimeoutException");
        put("connection closed", "java.nio.channels.ClosedChannelException", "io.vertx.core.http.HttpClosedException");
        put("connection closed", "io.vertx.sqlclient.ClosedConnectionException", "java.io.EOFException");
        put("connection reset", "java.net.SocketException");
        put("no route to it", "java.net.NoRouteToHostException", "java.nio.channels.UnresolvedAddressException");
        put("not an address that can be used", "java.net.BindException");
        put("does not speak TLS", "io.netty.handler.ssl.NotSslRecordException");
        TEXTS.put("javax.net.ssl.SSLException", FailureText::tls);
        TEXTS.put("java.security.cert.CertificateException", FailureText::tls);
        TEXTS.put("java.net.UnknownHostException", name -> "no address for the name");
        TEXTS.put("java.nio.file.NoSuchFileException", file -> "no such file: " + file);
        TEXTS.put("java.io.FileNotFoundException", FailureText::missing);
        TEXTS.put("java.nio.file.AccessDeniedException", file -> "permission denied: " + file);
        TEXTS.put("java.nio.file.FileAlreadyExistsException", file -> "there already: " + file);
        TEXTS.put("java.nio.file.NotDirectoryException", file -> "not a directory: " + file);
        TEXTS.put("java.nio.file.DirectoryNotEmptyException", file -> "not empty: " + file);
        TEXTS.put("java.nio.charset.CharacterCodingException", text -> "not UTF-8");
        TEXTS.put("java.util.concurrent.RejectedExecutionException", text -> "stopping");
        TEXTS.put("java.lang.OutOfMemoryError", text -> "out of memory");
        TEXTS.put("java.lang.UnsupportedOperationException", FailureText::unsupported);
        // The operating system's own words, with the file where there is one.
        TEXTS.put("java.nio.file.FileSystemException", text -> text);
        TEXTS.put("java.io.IOException", FailureText::system);
        TEXTS.put("io.vertx.core.VertxException", text -> "connection closed");
        // The database server's own words.
        TEXTS.put("java.sql.SQLException", text -> inside(JDBC, text));
        TEXTS.put("io.vertx.mysqlclient.MySQLException", text -> inside(CLIENT, text));
    }

    /** Words of errno(3), as Java and Netty pass them on within their messages. */
    private static final List<String> SYSTEM = List.of(
            "Connection reset by peer",
            "Connection refused",
            "Broken pipe",
            "No space left on device",
            "Disk quota exceeded",
            "File too large",
            "Input/output error",
            "Read-only file system",
            "Permission denied",
            "No such file or directory",
            "Address already in use",
            "Cannot assign requested address",
            "Too many open files",
            "Too many open files in system",
            "Cannot allocate memory",
            "Stale file handle",
            "Operation not permitted",
            "Network is unreachable",
            "No route to host",
            "Connection timed out");

    private static final String INTERNAL = "internal error, please report: log.level = \"debug\" shows where";

    private FailureText() {}

    /** The text of a failure, of its first cause that has one; never empty, one line, of bounded length. */
    public static String of(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            String text = known(cause);
            if (text != null) {
                String line = text.replaceAll("\\s+", " ").strip();
                return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
            }
            cause = cause.getCause();
        }
        return INTERNAL;
    }

    /** Names of the classes that have a text. */
    static Set<String> classes() {
        return Set.copyOf(TEXTS.keySet());
    }

    private static @Nullable String known(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        if (failure.getClass().getName().startsWith(OURS)) {
            return message.isEmpty() ? null : message;
        }
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            UnaryOperator<String> text = TEXTS.get(type.getName());
            if (text != null) {
                String known = text.apply(message);
                return known.isEmpty() ? null : known;
            }
        }
        return null;
    }

    private static void put(String text, String... types) {
        for (String type : types) {
            TEXTS.put(type, message -> system(message).isEmpty() ? text : system(message));
        }
    }

    /** What of a message is the operating system's; empty when nothing is. */
    private static String system(String message) {
        return SYSTEM.stream().filter(message::contains).findFirst().orElse("");
    }

    private static String inside(Pattern frame, String message) {
        Matcher words = frame.matcher(message);
        return words.matches() ? words.group(1) : "";
    }

    /** For a socket Netty puts the name of a function where Java has that of the file. */
    private static String missing(String message) {
        return message.contains("(..)")
                ? "no such file"
                : "no such file, or not readable: " + message.replaceAll(" \\(.*", "");
    }

    private static String tls(String message) {
        if (message.contains("PKIX") || message.contains("certificate_unknown") || message.contains("trust anchor")) {
            return "its certificate is not one that ca_file vouches for";
        }
        if (message.contains("No name matching") || message.contains("No subject alternative")) {
            return "its certificate is for another name";
        }
        return "no TLS connection could be made";
    }

    private static String unsupported(String message) {
        String method = message.replaceFirst("^Unsupported authentication method: (\\w{1,64})$", "$1");
        return method.equals(message) ? "" : "the server asks for the authentication method " + method;
    }
}
