package dev.postern.check.http;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.net.CertificateAndKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate with its chain, and its key: they are what they should be, belong together, and are good for a while
 * yet.
 */
final class CertificateCheck {

    /** Bytes; a chain takes a hundredth of it. */
    private static final int MAX_BYTES = 1 << 20;

    /** Automatic renewal happens well before. */
    private static final Duration SOON = Duration.ofDays(14);

    private final Path file;
    private final @Nullable Path certificate;
    private final @Nullable Path key;
    private final InstantSource clock;
    private final CheckReport report;
    private @Nullable X509Certificate own;

    CertificateCheck(Path file, AgentConfig.HttpSection http, InstantSource clock, CheckReport report) {
        this.file = file;
        this.certificate = http.tlsCertificate();
        this.key = http.tlsKey();
        this.clock = clock;
        this.report = report;
    }

    /** The agent's own certificate, the first of its file; null before it is examined, and when it cannot be used. */
    @Nullable
    X509Certificate own() {
        return own;
    }

    void examine() {
        if (certificate == null || key == null) {
            return;
        }
        byte[] chain = read("http.tls_certificate", certificate);
        List<X509Certificate> certificates = chain == null ? List.of() : certificates(chain);
        if (chain != null && certificates.isEmpty()) {
            problem(
                    "http.tls_certificate",
                    certificate,
                    "holds no certificate",
                    "put the certificate and then its chain, PEM, into " + certificate);
        } else if (chain != null) {
            byte[] secret = read("http.tls_key", key);
            boolean sound = secret != null && isPair(chain, secret, certificate, key);
            own = sound ? certificates.get(0) : null;
            certificates.forEach(each -> dates(each, certificate));
        }
    }

    /** Null when it cannot be read, which is reported elsewhere unless the account that runs this lacks the right. */
    private byte @Nullable [] read(String name, Path path) {
        try {
            if (Files.size(path) <= MAX_BYTES) {
                return Files.readAllBytes(path);
            }
            problem(name, path, "is larger than " + MAX_BYTES + " bytes", "put PEM alone into " + path);
        } catch (IOException e) {
            if (Files.exists(path)) {
                report.unchecked(CheckName.HTTP, name + ": \"" + path + "\" cannot be read; run this as root");
            }
        }
        return null;
    }

    private static List<X509Certificate> certificates(byte[] chain) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            return List.of();
        }
    }

    private boolean isPair(byte[] chain, byte[] secret, Path certificate, Path key) {
        try {
            if (CertificateAndKey.of(chain, secret).belongsTogether()) {
                return true;
            }
            problem(
                    "http.tls_key",
                    key,
                    "is not the key of the certificate in " + certificate,
                    "put the key that " + certificate + " was made for into " + key);
        } catch (GeneralSecurityException mayTellOfTheKey) {
            problem(
                    "http.tls_key",
                    key,
                    "holds no key that the agent can use",
                    "openssl pkey -in … -out " + key + ", of an RSA or EC key: PEM and not encrypted");
        }
        return false;
    }

    private void dates(X509Certificate one, Path certificate) {
        Instant now = clock.instant();
        Instant end = one.getNotAfter().toInstant();
        if (now.isBefore(one.getNotBefore().toInstant())) {
            problem(
                    "http.tls_certificate",
                    certificate,
                    "is not valid before " + day(one.getNotBefore().toInstant()),
                    "timedatectl: this host's clock, or the certificate's issuer");
        } else if (now.isAfter(end)) {
            problem("http.tls_certificate", certificate, "has expired on " + day(end), renew(certificate));
        } else if (now.plus(SOON).isAfter(end)) {
            problem(
                    "http.tls_certificate",
                    certificate,
                    "expires on " + day(end) + ", within " + SOON.toDays() + " days",
                    renew(certificate));
        }
    }

    private static String renew(Path certificate) {
        return "certbot renew, or a new one with its chain into " + certificate
                + ": the agent takes it over without a restart";
    }

    private static String day(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    private void problem(String name, Path path, String problem, String mend) {
        report.problem(CheckName.HTTP, file + ": " + name, "\"" + path + "\" " + problem, mend);
    }
}
