package dev.postern.check.http;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.model.FailureText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Checks that the running agent reports its health by HTTP, where and as the configuration has it. */
final class ListenerCheck {

    private static final String RESTART = "systemctl restart postern";
    private static final String HEALTH = "/healthz";
    private static final String ALIVE = "{\"status\":\"alive\"}";

    /** Other clients ask too often: an answer all the same. */
    private static final int TOO_MANY = 429;

    /** Within this the agent has taken a renewed certificate over. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(15);

    private final AgentConfig.HttpSection http;
    private final @Nullable X509Certificate certificate;
    private final InstantSource clock;
    private final CheckReport report;

    /**
     * Asks nothing yet.
     *
     * @param certificate that it has to have; null = none
     */
    ListenerCheck(
            AgentConfig.HttpSection http,
            @Nullable X509Certificate certificate,
            InstantSource clock,
            CheckReport report) {
        this.http = http;
        this.certificate = certificate;
        this.clock = clock;
        this.report = report;
    }

    void examine() {
        try {
            Path socket = http.socket();
            HttpProbe answer =
                    socket == null ? HttpProbe.of(http.listen(), HEALTH, certificate) : HttpProbe.of(socket, HEALTH);
            if (answer.status() != TOO_MANY && !answer.body().equals(ALIVE)) {
                problem(
                        "another server answers there: GET " + HEALTH + " has status " + answer.status(),
                        (socket == null ? "another listen" : "another socket") + " in [http], then " + RESTART);
            }
        } catch (ConnectException nobody) {
            problem("no listener there, as [http] has it", RESTART);
        } catch (SSLException e) {
            if (!isBeingTakenOver()) {
                problem("does not answer with the certificate in " + http.tlsCertificate(), RESTART);
            }
        } catch (IOException e) {
            if (!isClosedToUs(e)) {
                problem("does not answer: " + FailureText.of(e), RESTART);
            }
        }
    }

    /** A socket that the account running this may not use: reported with the agent's others. */
    private boolean isClosedToUs(IOException e) {
        return http.socket() != null && String.valueOf(e.getMessage()).contains("Permission denied");
    }

    private boolean isBeingTakenOver() {
        return isNew(http.tlsCertificate()) || isNew(http.tlsKey());
    }

    private boolean isNew(@Nullable Path file) {
        try {
            Instant since = clock.instant().minus(TAKEN_OVER);
            return file != null && Files.getLastModifiedTime(file).toInstant().isAfter(since);
        } catch (IOException gone) {
            return true;
        }
    }

    private void problem(String problem, String mend) {
        Path socket = http.socket();
        report.problem(
                CheckName.HTTP,
                socket == null ? "the agent at " + written(http.listen()) : socket.toString(),
                problem,
                mend);
    }

    /** As the configuration has it. */
    static String written(InetSocketAddress listen) {
        String ip = listen.getAddress().getHostAddress();
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + listen.getPort();
    }
}
