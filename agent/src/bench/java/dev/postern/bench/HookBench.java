package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Measures how long a login waits for the script, for each way to report it, as logins a second. */
@ExtendWith(DatabaseExtension.class)
class HookBench {

    private static final String IP = "192.0.2.7";
    private static final int LOGINS = 200;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    @Test
    void loginsThroughTheScript(TestDatabase database, @TempDir Path directory) throws Exception {
        RealServers.require("dash", "nc.openbsd", "mariadb");
        database.execute("INSERT INTO user (email) VALUES ('alice@example.org'), ('seed@example.org')");
        AgentConfigFile files = AgentConfigFile.in(directory, database);
        String hook = TestDatabase.schema()
                .resolveSibling("hook-scripts/imap-postlogin")
                .toString();
        String nothing = script(directory, "nothing", "exec \"$@\"");
        String mysql = script(directory, "mysql", SeedScript.on(database));
        Map<String, String> told = environment(files, "alice@example.org", "socket");
        Map<String, String> spooled = environment(files, "alice@example.org", "spool");
        try (BenchAgent agent = BenchAgent.start("hook", files.file())) {
            new InterleavedRounds(ROUNDS)
                    .with("imap-postlogin, spool", () -> logins(hook, spooled))
                    .with("imap-postlogin, socket", () -> logins(hook, told))
                    .with(
                            "echo UPDATE … | mysql",
                            () -> logins(mysql, environment(files, "seed@example.org", "socket")))
                    .with("a script with nothing but exec", () -> logins(nothing, told))
                    .run("logins/s through the script, one after the other");
            // Only the seed's script writes this user's row.
            assertThat(database.query("SELECT lastip FROM user WHERE email = 'seed@example.org'"))
                    .containsExactly(Map.of("lastip", IP));
            assertThat(agent.process().log()).noneMatch(line -> line.contains("level=error"));
        }
    }

    private static long logins(String script, Map<String, String> environment) throws Exception {
        for (int i = 0; i < LOGINS; i++) {
            ProcessBuilder login = new ProcessBuilder(List.of("/usr/bin/dash", script, "/bin/true"));
            login.environment().clear();
            login.environment().putAll(environment);
            assertThat(login.redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor())
                    .isZero();
        }
        return LOGINS;
    }

    private static Map<String, String> environment(AgentConfigFile files, String user, String via) {
        Map<String, String> environment = new HashMap<>();
        environment.put("USER", user);
        environment.put("IP", IP);
        environment.put("POSTERN_EVENTS_SOCKET", files.events().toString());
        environment.put("POSTERN_SPOOL", files.spool().toString());
        environment.put("POSTERN_VIA", via);
        return environment;
    }

    private static String script(Path directory, String name, String body) throws Exception {
        return Files.writeString(directory.resolve(name), "#!/bin/sh\nPATH=/usr/bin:/bin\n" + body + "\n")
                .toString();
    }
}
