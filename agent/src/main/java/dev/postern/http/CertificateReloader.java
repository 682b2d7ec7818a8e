package dev.postern.http;

import dev.postern.config.FileErrorText;
import dev.postern.files.FileWorker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The encryption of a server: a certificate that is renewed is taken over without a restart. Its files are read every
 * ten seconds; a pair that cannot be used leaves the one before in force.
 */
final class CertificateReloader {

    private static final Logger log = LoggerFactory.getLogger(CertificateReloader.class);
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");
    private static final long POLL_MILLIS = 10_000;

    private final Vertx vertx;
    private final Path chain;
    private final Path key;
    private @Nullable CertificateFiles inForce;
    private final FileWorker files;
    private boolean reported;
    private boolean reading;
    private long timer;

    CertificateReloader(Vertx vertx, FileWorker files, Path chain, Path key) {
        this.vertx = vertx;
        this.files = files;
        this.chain = chain;
        this.key = key;
    }

    /** What to begin with; fails when the files cannot be read, or not in time. */
    Future<HttpServerOptions> secure(HttpServerOptions options) {
        return files.within(FileWorker.DEADLINE, read()).map(certificate -> {
            inForce = certificate;
            return options.setSsl(true)
                    .setKeyCertOptions(pem(certificate))
                    .setEnabledSecureTransportProtocols(PROTOCOLS);
        });
    }

    /** Looks after the files from now on. */
    void renew(HttpServer server) {
        timer = vertx.setPeriodic(POLL_MILLIS, look -> {
            if (!reading) {
                read().compose(certificate -> renew(server, certificate)).onFailure(this::report);
            }
        });
    }

    void close() {
        vertx.cancelTimer(timer);
    }

    private Future<Void> renew(HttpServer server, CertificateFiles certificate) {
        if (certificate.equals(inForce)) {
            return Future.succeededFuture();
        }
        return server.updateSSLOptions(options(certificate))
                .onSuccess(done -> {
                    inForce = certificate;
                    reported = false;
                    log.atInfo().addKeyValue("certificate", chain).log("certificate taken over");
                })
                .mapEmpty();
    }

    private void report(Throwable failure) {
        if (!reported) {
            reported = true;
            log.atWarn()
                    .addKeyValue("certificate", chain)
                    .addKeyValue("reason", reason(failure))
                    .log("certificate cannot be used, the one before stays in force");
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof IOException file ? FileErrorText.of(file) : "not a certificate with its key, in PEM";
    }

    private Future<CertificateFiles> read() {
        reading = true;
        return files.run(() -> CertificateFiles.read(chain, key)).onComplete(done -> reading = false);
    }

    private static ServerSSLOptions options(CertificateFiles certificate) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(pem(certificate)).setEnabledSecureTransportProtocols(PROTOCOLS);
        return options;
    }

    private static PemKeyCertOptions pem(CertificateFiles certificate) {
        return new PemKeyCertOptions().addCertValue(certificate.chain()).addKeyValue(certificate.key());
    }
}
