package dev.postern.testing;

import java.nio.file.Path;

/** Certificates that sign themselves, for 127.0.0.1, made by openssl: {@code NAME.crt} and {@code NAME.key}, PEM. */
public record TestCertificates(Path directory) {

    /** Good for some months, with a key of its own. */
    public void make(String name) {
        TestCommand.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "90",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        key(name),
                        "-out",
                        certificate(name))
                .output();
    }

    /**
     * Another for the key of one that there is.
     *
     * @param days for which it is good; less than none = it has expired
     */
    public void renew(String name, String other, int days) {
        TestCommand.of(
                        "openssl",
                        "x509",
                        "-in",
                        certificate(name),
                        "-signkey",
                        key(name),
                        "-days",
                        days,
                        "-out",
                        certificate(other))
                .output();
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".crt");
    }

    public Path key(String name) {
        return directory.resolve(name + ".key");
    }
}
