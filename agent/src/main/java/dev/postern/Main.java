package dev.postern;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.agent.AgentDaemon;
import dev.postern.check.HostChecks;
import dev.postern.cli.Cli;
import dev.postern.demo.DemoAgent;
import dev.postern.log.Logging;
import java.io.PrintWriter;
import java.util.Map;

/** The command {@code postern}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Logging.start();
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        Map<String, String> environment = System.getenv();
        HostChecks doctor = new HostChecks(environment);
        System.exit(new Cli(new AgentDaemon(), new DemoAgent(System.out), doctor::examine, environment, out, err)
                .run(args));
    }
}
