package dev.postern.http;

import dev.postern.config.FileErrorText;
import dev.postern.files.FileWorker;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRegistry;
import dev.postern.tokens.TokensFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which token a request has. The file is looked at every other second and read again when it or its rights have
 * changed.
 *
 * <p>A token from an earlier version of Postern has a slow hash, which is compared off the event loop, one after
 * another and with only few waiting: wrong tokens keep out those with such a hash that have not been seen since the
 * file was read, and no others.
 */
final class TokenAuthenticator {

    /** Comparisons with slow hashes that may wait. */
    private static final int MAX_WAITING = 8;

    private static final long POLL_MILLIS = 2_000;

    private static final Logger log = LoggerFactory.getLogger(TokenAuthenticator.class);

    private final Vertx vertx;
    private final Path file;
    private final FileWorker files;
    private TokenRegistry tokens = new TokenRegistry(Map.of());
    private String fingerprint = "";
    private boolean looking;
    private Future<?> turn = Future.succeededFuture();
    private int waiting;
    private long timer;

    TokenAuthenticator(Vertx vertx, Path file, FileWorker files) {
        this.vertx = vertx;
        this.file = file;
        this.files = files;
    }

    /** Reads the file, which need not be there; on a disk that hangs it is read once that goes on. */
    Future<Void> start() {
        timer = vertx.setPeriodic(POLL_MILLIS, look -> poll());
        return files.within(FileWorker.DEADLINE, poll()).recover(TokenAuthenticator::withoutTokens);
    }

    Future<Void> close() {
        vertx.cancelTimer(timer);
        return files.close();
    }

    private static Future<Void> withoutTokens(Throwable failure) {
        log.atWarn().setCause(failure).log("no tokens yet: the API is closed");
        return Future.succeededFuture();
    }

    /**
     * The token of this text by its fast hash; null otherwise.
     *
     * @param text as the request has it
     */
    @Nullable
    Token find(String text) {
        return tokens.find(text);
    }

    /** The token that this text is by a slow hash; fails with 401, or 503 while too many are being compared. */
    Future<Token> findSlowly(String text) {
        TokenRegistry now = tokens;
        if (!now.takesBcrypt(text)) {
            return Future.failedFuture(new HttpException(401));
        }
        if (waiting >= MAX_WAITING) {
            return Future.failedFuture(new HttpException(503, "too many tokens are being tried"));
        }
        waiting++;
        Future<@Nullable Token> found =
                turn.transform(before -> vertx.executeBlocking(() -> now.findByBcrypt(text), false));
        turn = found;
        return found.onComplete(done -> waiting--).compose(token -> {
            // Not one that was revoked meanwhile.
            boolean holds = token != null && tokens.all().contains(token);
            return holds ? Future.succeededFuture(token) : Future.failedFuture(new HttpException(401));
        });
    }

    private Future<Void> poll() {
        if (looking) {
            return Future.succeededFuture();
        }
        looking = true;
        return files.run(this::readIfChanged)
                .onComplete(done -> looking = false)
                .map(read -> {
                    if (read != null) {
                        tokens = new TokenRegistry(read.tokens());
                    }
                    return null;
                });
    }

    /** On a worker; null when all is as it was. */
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
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", FileErrorText.of(e))
                    .log("no tokens: the API is closed; see postern token add");
            return new TokensFile.TokensContent(Map.of(), List.of(), false);
        }
    }

    private static void report(TokensFile.TokensContent content) {
        log.atInfo().addKeyValue("tokens", content.tokens().size()).log("tokens read");
        if (!content.badLines().isEmpty()) {
            log.atWarn().addKeyValue("lines", content.badLines()).log("tokens file has lines that are not a token's");
        }
        if (content.open()) {
            log.atWarn().log("tokens file is open to every account on this host: chmod o= it");
        }
    }

    /** With the time of the last change of owner and rights, which decide whether the file can be read at all. */
    private String fingerprint() {
        try {
            return Files.readAttributes(file, "unix:ino,dev,size,lastModifiedTime,ctime,mode")
                    .toString();
        } catch (IOException missing) {
            return "missing";
        }
    }
}
