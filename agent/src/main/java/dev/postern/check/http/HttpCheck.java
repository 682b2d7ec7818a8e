package dev.postern.check.http;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Everything about {@code [http]}, where there is one. */
public final class HttpCheck {

    private final Path file;
    private final AgentConfig.@Nullable HttpSection http;
    private final InstantSource clock;
    private final CheckReport report;

    /**
     * Looks at nothing yet.
     *
     * @param file the configuration's own
     */
    public HttpCheck(Path file, AgentConfig.@Nullable HttpSection http, InstantSource clock, CheckReport report) {
        this.file = file.toAbsolutePath();
        this.http = http;
        this.clock = clock;
        this.report = report;
    }

    /**
     * An agent that does not answer elsewhere is asked nothing here, nor one whose certificate has to be fixed first.
     */
    public void examine() {
        if (http == null) {
            return;
        }
        CertificateCheck certificate = new CertificateCheck(file, http, clock, report);
        certificate.examine();
        boolean unknown = http.tlsCertificate() != null && certificate.own() == null;
        if (!unknown && !report.has(EnumSet.of(CheckName.AGENT, CheckName.HTTP))) {
            new ListenerCheck(http, certificate.own(), clock, report).examine();
        }
        unencrypted(http);
        new TokensCheck(file, http.tokensFile(), report).examine();
    }

    private void unencrypted(AgentConfig.HttpSection http) {
        InetSocketAddress listen = http.listen();
        if (http.socket() == null
                && http.tlsCertificate() == null
                && !listen.getAddress().isLoopbackAddress()) {
            report.problem(
                    CheckName.HTTP,
                    file + ": http.listen",
                    "other hosts reach " + ListenerCheck.written(listen) + ", and tokens cross the network unencrypted",
                    "listen = \"127.0.0.1:" + listen.getPort() + "\" in [http], or tls_certificate and tls_key, then"
                            + " systemctl restart postern");
        }
    }
}
