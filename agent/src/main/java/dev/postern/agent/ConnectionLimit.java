package dev.postern.agent;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfiguredSockets;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections a socket may have, so that all of them together never use up the files that the process may
 * open: the peers of one socket would shut out those of every other, and the database and the journal as well.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    /** For the jar, the sockets themselves, the database, journal, spool and log. */
    private static final int OWN = 100;

    private ConnectionLimit() {}

    /** Returns {@code limits.connections}, or less where the limit of open files leaves no room for it. */
    static int share(AgentConfig config) {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        int wanted = config.limits().connections();
        int share = share(wanted, files, sockets(config));
        if (share < wanted) {
            log.atWarn()
                    .addKeyValue("connections", share)
                    .addKeyValue("wanted", wanted)
                    .addKeyValue("open_files", files)
                    .log("fewer connections than limits.connections: too few files may be opened");
        }
        return share;
    }

    static int share(int wanted, long files, int sockets) {
        return (int) Math.max(1, Math.min(wanted, (files - OWN) / Math.max(1, sockets)));
    }

    private static int sockets(AgentConfig config) {
        boolean port = config.http() != null && config.http().socket() == null;
        return ConfiguredSockets.of(config).size() + (port ? 1 : 0);
    }
}
