package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.net.ListenException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.VertxException;
import io.vertx.mysqlclient.MySQLException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class FailureTextTest {

    private static final Map<Throwable, String> EXPECTED = Map.ofEntries(
            Map.entry(new ConnectException("Connection refused"), "Connection refused"),
            Map.entry(new ConnectException("connect(..) failed: /127.0.0.1:1"), "connection refused"),
            Map.entry(
                    new ConnectTimeoutException("connection timed out after 5000 ms: /192.0.2.1:1"),
                    "no answer in time"),
            Map.entry(new TimeoutException(), "no answer in time"),
            Map.entry(new SocketException("Connection reset"), "connection reset"),
            Map.entry(new BindException("bind(..) failed: Address already in use"), "Address already in use"),
            Map.entry(new ClosedChannelException(), "connection closed"),
            Map.entry(new EOFException(), "connection closed"),
            Map.entry(new VertxException("Connection was closed", true), "connection closed"),
            Map.entry(new UnknownHostException("db.example.org: Name or service not known"), "no address for the name"),
            Map.entry(new NoSuchFileException("/etc/none"), "no such file: /etc/none"),
            Map.entry(new AccessDeniedException("/etc/shadow"), "permission denied: /etc/shadow"),
            Map.entry(
                    new FileSystemException("/var/lib/postern/j", null, "No space left on device"),
                    "/var/lib/postern/j: No space left on device"),
            Map.entry(new IOException("No space left on device"), "No space left on device"),
            Map.entry(new MalformedInputException(3), "not UTF-8"),
            Map.entry(new OutOfMemoryError("Java heap space"), "out of memory"),
            Map.entry(new MySQLException("Table 'x' is full", 1114, "HY000"), "Table 'x' is full"),
            Map.entry(new SQLException("(conn=12) Access denied\nfor x"), "Access denied for x"),
            Map.entry(new ListenException("cannot listen on /s"), "cannot listen on /s"),
            Map.entry(
                    new SQLException("Socket fail to connect to address=(host=h)", new ConnectException("refused")),
                    "connection refused"),
            Map.entry(new UncheckedIOException(new IOException("Broken pipe")), "Broken pipe"),
            Map.entry(
                    new DecoderException(new SSLHandshakeException("PKIX path building failed: x")),
                    "its certificate is not one that ca_file vouches for"),
            Map.entry(
                    new CompletionException(new SSLHandshakeException("No name matching h found")),
                    "its certificate is for another name"),
            Map.entry(new SSLHandshakeException("Received fatal alert: x"), "no TLS connection could be made"),
            Map.entry(
                    new UnsupportedOperationException("Unsupported authentication method: client_ed25519"),
                    "the server asks for the authentication method client_ed25519"));

    @Test
    void everyFailureIsSaidInWords() {
        EXPECTED.forEach((failure, text) -> assertThat(FailureText.of(failure)).isEqualTo(text));
    }

    @Test
    void whatIsNotKnownIsAnInternalErrorAndShowsNoClass() {
        for (Throwable failure : new Throwable[] {
            null,
            new NullPointerException("Cannot invoke \"io.vertx.X.y()\""),
            new IOException("io.x.Y went wrong"),
            new IllegalStateException(),
            new SQLException("Unable to z"),
            cyclic()
        }) {
            assertThat(FailureText.of(failure)).startsWith("internal error, please report");
        }
    }

    @Test
    void aTextIsOneLineOfBoundedLength() {
        assertThat(FailureText.of(new NoSuchFileException("/a\n" + "b".repeat(1000))))
                .hasSize(301)
                .doesNotContain("\n");
    }

    /** A name that a library has given up would be a text that nothing ever shows. */
    @Test
    void everyClassIsThere() throws ClassNotFoundException {
        for (String name : FailureText.classes()) {
            assertThat(Throwable.class).isAssignableFrom(Class.forName(name));
        }
    }

    private static Throwable cyclic() {
        Throwable first = new IllegalStateException();
        first.initCause(new IllegalStateException(first));
        return first;
    }

    @Test
    void aMissingSocketIsNotNamedByAFunction() {
        assertThat(FailureText.of(new java.io.FileNotFoundException(
                        "connect(..) failed with error(-2): No such file or directory")))
                .isEqualTo("no such file");
        assertThat(FailureText.of(new java.io.FileNotFoundException("/x (No such file or directory)")))
                .isEqualTo("no such file, or not readable: /x");
    }
}
