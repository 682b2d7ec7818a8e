package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.Readiness;
import dev.postern.http.Readiness.ComponentStatus;
import dev.postern.testing.CapturedLog;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SocketFileWatchTest {

    private final SocketFileWatch watch = new SocketFileWatch();

    @Test
    void whatIsRemovedIsReportedOnceAndWhatComesBackToo() {
        try (CapturedLog log = CapturedLog.of(SocketFileWatch.class)) {
            look(ComponentStatus.UP);
            assertThat(log.take()).isEmpty();
            look(ComponentStatus.DOWN);
            look(ComponentStatus.DOWN);
            assertThat(log.take()).containsExactly("socket file missing: restart the agent socket=events");
            look(ComponentStatus.UP);
            look(ComponentStatus.UP);
            assertThat(log.take()).containsExactly("socket file there again socket=events");
        }
    }

    private void look(ComponentStatus events) {
        watch.look(Readiness.of(
                ComponentStatus.UP,
                ComponentStatus.UP,
                ComponentStatus.UP,
                Map.of("events", events, "dict", ComponentStatus.UP)));
    }
}
