package dev.postern.agent;

import dev.postern.http.Readiness;
import dev.postern.http.Readiness.ComponentStatus;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports a socket file that is removed while the agent runs, once: no peer can connect any more, and nothing else
 * fails.
 */
final class SocketFileWatch {

    private static final Logger log = LoggerFactory.getLogger(SocketFileWatch.class);

    private final Set<String> missing = new TreeSet<>();

    /** Compares with the last time. */
    void look(Readiness readiness) {
        readiness.sockets().forEach((socket, status) -> {
            boolean there = status == ComponentStatus.UP;
            if (!there && missing.add(socket)) {
                log.atError().addKeyValue("socket", socket).log("socket file missing: restart the agent");
            } else if (there && missing.remove(socket)) {
                log.atInfo().addKeyValue("socket", socket).log("socket file there again");
            }
        });
    }
}
