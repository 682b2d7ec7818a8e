package dev.postern.cli;

import dev.postern.config.AgentConfig;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** The running agent's API, asked one request at a time. */
final class ApiClient implements AutoCloseable {

    /** Bytes of one line or one answer; a mailbox has some 300. */
    private static final int MAX_LENGTH = 1 << 20;

    private static final String AS_OF = "Postern-As-Of";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int IDLE_SECONDS = 30;

    /** For the whole of an answer, however long. */
    private static final long TIMEOUT_MINUTES = 30;

    /**
     * An answer; of a list that was given line by line, no body.
     *
     * @param status 0 without an answer; then the body holds the reason
     */
    record ApiReply(int status, String body) {}

    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setPreferNativeTransport(true));
    private final HttpClient client;
    private final RequestOptions where;
    private final String token;

    /**
     * Connects to nothing yet.
     *
     * @param token as {@code postern token add} has printed it
     */
    ApiClient(AgentConfig.HttpSection http, String token) {
        this.token = token;
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        if (http.tlsCertificate() != null) {
            // This very certificate, whatever name it is for: what answers here is asked for by its address.
            options.setSsl(true)
                    .setVerifyHost(false)
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(http.tlsCertificate().toString()));
        }
        this.client = vertx.createHttpClient(options);
        this.where = new RequestOptions()
                .setServer(server(http))
                .setHost(host(http.listen()))
                .setPort(port(http));
    }

    private static SocketAddress server(AgentConfig.HttpSection http) {
        return http.socket() != null
                ? SocketAddress.domainSocketAddress(http.socket().toString())
                : SocketAddress.inetSocketAddress(http.listen().getPort(), host(http.listen()));
    }

    private static int port(AgentConfig.HttpSection http) {
        return http.listen().getPort();
    }

    /** A listener on all addresses is reached on this host. */
    private static String host(InetSocketAddress listen) {
        return listen.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : listen.getAddress().getHostAddress();
    }

    ApiReply get(String uri) {
        return answer(send(HttpMethod.GET, uri).compose(ApiClient::whole));
    }

    ApiReply delete(String uri) {
        return answer(send(HttpMethod.DELETE, uri).compose(ApiClient::whole));
    }

    /**
     * A list, a line for each of its items.
     *
     * @param begin is given as of when it is, before all items
     */
    ApiReply lines(String uri, Consumer<String> begin, Consumer<String> each) {
        return answer(send(HttpMethod.GET, uri)
                .compose(response -> response.statusCode() == 200 ? list(response, begin, each) : whole(response)));
    }

    private Future<HttpClientResponse> send(HttpMethod method, String uri) {
        RequestOptions options = new RequestOptions(where)
                .setMethod(method)
                .setURI(uri)
                .setHeaders(MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + token));
        return client.request(options).compose(request -> request.send());
    }

    private static Future<ApiReply> whole(HttpClientResponse response) {
        return response.body().map(body -> new ApiReply(response.statusCode(), cut(body)));
    }

    private static String cut(Buffer body) {
        return body.length() > MAX_LENGTH ? body.getString(0, MAX_LENGTH) : body.toString();
    }

    private static Future<ApiReply> list(HttpClientResponse response, Consumer<String> begin, Consumer<String> each) {
        begin.accept(String.valueOf(response.getHeader(AS_OF)));
        RecordParser lines = RecordParser.newDelimited("\n", line -> each.accept(line.toString()));
        lines.maxRecordSize(MAX_LENGTH);
        response.handler(lines);
        return response.end().map(end -> new ApiReply(response.statusCode(), ""));
    }

    private static ApiReply answer(Future<ApiReply> coming) {
        try {
            return coming.otherwise(failure -> new ApiReply(0, reason(failure)))
                    .await(TIMEOUT_MINUTES, TimeUnit.MINUTES);
        } catch (TimeoutException late) {
            return new ApiReply(0, "no answer within " + TIMEOUT_MINUTES + " minutes");
        }
    }

    /** In words: messages of the libraries name classes, and some have none. */
    private static String reason(Throwable failure) {
        if (failure instanceof SSLException) {
            return "the certificate is not the one that [http] names, or it is not TLS that answers there";
        }
        if (failure instanceof ConnectException refused) {
            return String.valueOf(refused.getMessage()).contains("refused")
                    ? "connection refused: is it running?"
                    : "cannot connect";
        }
        if (failure instanceof HttpClosedException || failure instanceof StreamResetException) {
            return "the connection was closed before the whole answer";
        }
        return failure instanceof NoSuchFileException || failure instanceof FileNotFoundException
                ? "socket not found: is it running?"
                : "the connection failed";
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
