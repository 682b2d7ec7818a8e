package dev.postern.net;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate and a key, both PEM, as our TLS servers take them. They take any two; whether these belong together
 * shows only when a client connects, or here. It blocks: for commands, never for the event loop.
 */
public final class CertificateAndKey {

    private static final byte[] SOMETHING = {1, 2, 3, 4};

    private final X509Certificate certificate;
    private final PrivateKey key;

    private CertificateAndKey(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Reads both.
     *
     * @throws GeneralSecurityException when a server could not use them; the message may reveal parts of the key
     */
    public static CertificateAndKey of(byte[] chain, byte[] key) throws GeneralSecurityException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        try {
            PemKeyCertOptions options =
                    new PemKeyCertOptions().addCertValue(Buffer.buffer(chain)).addKeyValue(Buffer.buffer(key));
            return of(options.getKeyManagerFactory(vertx).getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw e;
        } catch (Exception e) {
            throw new GeneralSecurityException(e);
        } finally {
            vertx.close().await();
        }
    }

    private static CertificateAndKey of(KeyManager[] managers) throws GeneralSecurityException {
        for (KeyManager manager : managers) {
            X509KeyManager keys = (X509KeyManager) manager;
            String alias = Stream.of("RSA", "EC")
                    .map(type -> keys.getServerAliases(type, null))
                    .filter(aliases -> aliases != null && aliases.length > 0)
                    .map(aliases -> aliases[0])
                    .findFirst()
                    .orElseThrow(() -> new GeneralSecurityException("neither RSA nor EC"));
            return new CertificateAndKey(keys.getCertificateChain(alias)[0], keys.getPrivateKey(alias));
        }
        throw new GeneralSecurityException("no key");
    }

    /** Whether the certificate's public key verifies what the key signs. */
    public boolean belongsTogether() {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            signature.update(SOMETHING);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(SOMETHING);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
