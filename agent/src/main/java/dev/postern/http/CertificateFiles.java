package dev.postern.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate with its chain and its key, both PEM, as they are in their files now. */
record CertificateFiles(Buffer chain, Buffer key) {

    /** Blocks. */
    static CertificateFiles read(Path chain, Path key) throws IOException {
        return new CertificateFiles(Buffer.buffer(Files.readAllBytes(chain)), Buffer.buffer(Files.readAllBytes(key)));
    }

    /** Nothing of it in logs. */
    @Override
    public String toString() {
        return "Certificate";
    }
}
