package dev.postern.database;

import dev.postern.config.AgentConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;

/** Trust as configurations have it. */
final class TestTrust {

    private TestTrust() {}

    static ServerTrust plain() {
        return plain(new SimpleMeterRegistry());
    }

    static ServerTrust plain(MeterRegistry meters) {
        return new ServerTrust(mysql(null, "mysql"), meters);
    }

    static ServerTrust socket(Path socket, String owner, MeterRegistry meters) {
        return new ServerTrust(mysql(socket, owner), meters);
    }

    private static AgentConfig.MysqlSection mysql(Path socket, String owner) {
        return new AgentConfig.MysqlSection(
                "127.0.0.1", 3306, socket, "mail", "postern", null, AgentConfig.TlsMode.OFF, null, owner, null);
    }
}
