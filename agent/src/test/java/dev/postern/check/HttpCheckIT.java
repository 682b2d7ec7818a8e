package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.Ports;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCertificates;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The agent's HTTP of a real installation, with TLS, is sound; broken in one way, it has that one finding. */
@ExtendWith(DatabaseExtension.class)
class HttpCheckIT {

    private static final String RESTART = "; systemctl restart postern";

    private static Installation host;

    @BeforeAll
    static void start(TestDatabase database, @TempDir Path directory) {
        if (database.socket() == null) {
            RealServers.missing("Dovecot's shipped configuration needs the database's socket");
        }
        host = Installation.start(
                directory, database, DovecotVersion.V2_3, "90-postern.conf", "91-postern-scripts.conf");
        TestCertificates certificates = new TestCertificates(directory);
        certificates.make("other");
        certificates.renew("http", "renewed", 90);
        certificates.renew("http", "expired", -1);
        certificates.renew("http", "soon", 13);
        host.beside(
                "cd " + directory + " && touch -d '1 hour ago' *.crt *.key && chgrp postern *.key && chmod 0640 *.key");
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void isSound() {
        assertThat(host.check()).isEmpty();
    }

    @Test
    void aKeyInRsasOwnFormIsSoundToo() {
        String key = host.directory() + "/http.key";
        host.beside("openssl rsa -traditional -in " + key + " -out " + key + ".rsa && chgrp postern " + key + ".rsa"
                + " && chmod 0640 " + key + ".rsa && grep -q 'BEGIN RSA' " + key + ".rsa");
        host.rewrite("/http.key", "/http.key.rsa");
        try {
            assertThat(host.check()).isEmpty();
        } finally {
            host.restoreConfig();
        }
    }

    @TestFactory
    Stream<DynamicTest> eachFileThatIsClosedOrOpenHasItsFinding() {
        Path directory = host.directory();
        return tests(
                InjectedFault.of(
                        "chmod 0644 " + directory + "/http.key",
                        "chmod 0640 " + directory + "/http.key",
                        file("tls_key", "http.key", "can be read by every account; chmod o= DIR/http.key")),
                InjectedFault.of(
                        "chgrp root " + directory + "/http.key",
                        "chgrp postern " + directory + "/http.key",
                        file(
                                "tls_key",
                                "http.key",
                                "cannot be read by postern; chgrp postern DIR/http.key && chmod 0640 DIR/http.key")),
                InjectedFault.of(
                        "chmod 0600 " + directory + "/http.crt",
                        "chmod 0644 " + directory + "/http.crt",
                        file(
                                "tls_certificate",
                                "http.crt",
                                "cannot be read by postern; chgrp postern DIR/http.crt && chmod 0640 DIR/http.crt")),
                InjectedFault.of(
                        "chmod 0644 " + directory + "/tokens",
                        "chmod 0640 " + directory + "/tokens",
                        file("tokens_file", "tokens", "can be read by every account; chmod o= DIR/tokens")),
                InjectedFault.of(
                        "chgrp root " + directory + "/tokens",
                        "chgrp postern " + directory + "/tokens",
                        file("tokens_file", "tokens", "cannot be read by postern; chgrp postern DIR/tokens")),
                InjectedFault.of(
                        "echo nobody:read:x >>" + directory + "/tokens",
                        "sed -i -e '$d' " + directory + "/tokens",
                        file("tokens_file", "tokens", "has lines that hold no token, or a second one of its name: ")));
    }

    @TestFactory
    Stream<DynamicTest> eachCertificateThatIsNoGoodHasItsFinding() {
        return tests(
                InjectedFault.ofConfig(
                        "/http.key",
                        "/other.key",
                        file(
                                "tls_key",
                                "other.key",
                                "is not the key of the certificate in DIR/http.crt; put the key that"
                                        + " DIR/http.crt was made"
                                        + " for into DIR/other.key")),
                InjectedFault.ofConfig(
                        "/http.key",
                        "/tokens",
                        file("tls_key", "tokens", "holds no key that the agent can use; openssl")),
                InjectedFault.ofConfig(
                        "/http.crt", "/http.key", file("tls_certificate", "http.key", "holds no certificate; put the")),
                InjectedFault.ofConfig(
                        "/http.crt", "/expired.crt", file("tls_certificate", "expired.crt", "has expired on ")),
                InjectedFault.ofConfig("/http.crt", "/soon.crt", file("tls_certificate", "soon.crt", "expires on ")),
                InjectedFault.ofConfig(
                        "/http.crt",
                        "/none.crt",
                        file("tls_certificate", "none.crt", "does not exist; put the certificate and then its chain")));
    }

    @TestFactory
    Stream<DynamicTest> anAgentThatListensOtherwiseIsFound() {
        String here = "127.0.0.1:" + host.httpPort();
        String elsewhere = "127.0.0.1:" + Ports.free();
        String tls = "\ntls_certificate = \"" + host.directory() + "/http.crt\"\ntls_key = \"" + host.directory()
                + "/http.key\"";
        return tests(
                InjectedFault.ofConfig(
                        here,
                        elsewhere,
                        "the agent at " + elsewhere + ": no listener there, as [http] has it" + RESTART),
                InjectedFault.ofConfig(tls, "", "the agent at " + here + ": does not answer: "),
                InjectedFault.ofConfig(
                        "/http.crt",
                        "/renewed.crt",
                        "the agent at " + here + ": does not answer with the certificate in DIR/renewed.crt" + RESTART),
                InjectedFault.ofReadConfig(
                        here + "\"" + tls,
                        "0.0.0.0:" + host.httpPort() + "\"",
                        "DIR/postern.toml: http.listen: other hosts reach 0.0.0.0:" + host.httpPort()
                                + ", and tokens cross the network unencrypted; listen = \"" + here + "\" in [http]"));
    }

    @Test
    void aSocketInPlaceOfAPortIsSoundUnlessSomebodyElseHasIt() {
        host.rewrite("listen = \"127.0.0.1:" + host.httpPort() + "\"", "socket = \"/run/postern/http.sock\"");
        String before = host.directory() + "/postern.toml";
        host.beside("sed -i.tls '/^tls_/d' " + before);
        try {
            host.restartAgent();
            assertThat(host.check()).isEmpty();
            InjectedFault.of(
                            "cd /run/postern && mv http.sock away && ln -s events.sock http.sock",
                            "cd /run/postern && mv away http.sock",
                            "/run/postern/http.sock: does not answer: ")
                    .assertFoundAlone(host);
        } finally {
            host.restoreConfig();
            host.restartAgent();
        }
    }

    private static String file(String key, String name, String finding) {
        return "DIR/postern.toml: http." + key + ": \"DIR/" + name + "\" " + finding;
    }

    private static Stream<DynamicTest> tests(InjectedFault... breakages) {
        return Stream.of(breakages)
                .map(breakage -> DynamicTest.dynamicTest(breakage.toString(), () -> breakage.assertFoundAlone(host)));
    }
}
