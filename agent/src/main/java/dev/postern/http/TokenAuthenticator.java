package dev.postern.http;

import dev.postern.tokens.Token;
import dev.postern.tokens.TokensFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose token is good for what. The file is looked at every other second and read anew when it has changed.
 *
 * <p>To compare with a slow hash takes a worker's time, one comparison after another and only few waiting: whoever tries tokens
 * keeps out those that have never been seen, and nobody else. A token that has proved right is remembered by its HMAC-SHA-256
 * under a key that this process alone has and forgets; a secret of 256 random bits is not found out from that, nor the HMAC of a
 * wrong one made to fit by how long the look-up takes.
 */
final class TokenAuthenticator {

    /** Comparisons that may wait; each takes some 50 ms. */
    private static final int MAX_WAITING = 8;

    private static final long POLL_MILLIS = 2_000;
    private static final String HMAC = "HmacSHA256";

    private static final Logger log = LoggerFactory.getLogger(TokenAuthenticator.class);

    private final Vertx vertx;
    private final Path file;
    private final WorkerExecutor worker;
    private final SecretKeySpec key = key();
    private final Map<String, Token> proved = new HashMap<>();
    private Map<String, Token> tokens = Map.of();
    private String fingerprint = "";
    private int waiting;
    private long timer;

    TokenAuthenticator(Vertx vertx, Path file) {
        this.vertx = vertx;
        this.file = file;
        this.worker = vertx.createSharedWorkerExecutor("tokens", 1);
    }

    /** Reads the file, which need not be there. */
    Future<Void> start() {
        timer = vertx.setPeriodic(POLL_MILLIS, look -> poll());
        return poll();
    }

    Future<Void> close() {
        vertx.cancelTimer(timer);
        return worker.close();
    }

    /** The token that this text has proved to be before. */
    @Nullable
    Token proved(String text) {
        return proved.get(digest(text));
    }

    /**
     * The token that this text is; fails with 401, or 503 while too many are being tried.
     *
     * @param text as the request has it
     */
    Future<Token> of(String text) {
        String digest = digest(text);
        int dot = text.indexOf('.');
        Token named = dot < 0 ? null : tokens.get(text.substring(0, dot));
        if (named == null) {
            return Future.failedFuture(new HttpException(401));
        }
        if (waiting >= MAX_WAITING) {
            return Future.failedFuture(new HttpException(503, "too many tokens are being tried"));
        }
        waiting++;
        String secret = text.substring(dot + 1);
        return worker.executeBlocking(() -> named.isOf(secret))
                .onComplete(done -> waiting--)
                .compose(right -> right ? prove(digest, named) : Future.failedFuture(new HttpException(401)));
    }

    private Future<Token> prove(String digest, Token token) {
        if (token.equals(tokens.get(token.name()))) {
            proved.put(digest, token);
        }
        return Future.succeededFuture(token);
    }

    private Future<Void> poll() {
        return worker.executeBlocking(this::readIfChanged).map(read -> {
            if (read != null) {
                tokens = read.tokens();
                proved.clear();
            }
            return null;
        });
    }

    /** On the worker; null when all is as it was. */
    private TokensFile.@Nullable TokensContent readIfChanged() {
        String now = fingerprint();
        if (now.equals(fingerprint)) {
            return null;
        }
        fingerprint = now;
        try {
            TokensFile.TokensContent content = new TokensFile(file).read();
            report(content);
            return content;
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e).log("no tokens: the API is closed; see postern token add");
            return new TokensFile.TokensContent(Map.of(), List.of(), false);
        }
    }

    private static void report(TokensFile.TokensContent content) {
        log.atInfo().addKeyValue("tokens", content.tokens().size()).log("tokens read");
        if (!content.badLines().isEmpty()) {
            log.atWarn().addKeyValue("lines", content.badLines()).log("tokens file has lines that are no token");
        }
        if (content.open()) {
            log.atWarn().log("tokens file can be read by everybody: chmod o= it");
        }
    }

    private String fingerprint() {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            return is.fileKey() + " " + is.size() + " " + is.lastModifiedTime();
        } catch (IOException missing) {
            return "missing";
        }
    }

    private String digest(String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SecretKeySpec key() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new SecretKeySpec(random, HMAC);
    }
}
