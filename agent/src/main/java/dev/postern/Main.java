package dev.postern;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.cli.Cli;
import dev.postern.cli.Exit;
import dev.postern.config.AgentConfig;
import dev.postern.log.Logging;
import dev.postern.net.ListenException;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;

/** The command {@code postern}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Logging.start();
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        System.exit(new Cli(Main::run, directory -> Exit.UNAVAILABLE, System.getenv(), out, err).run(args));
    }

    private static int run(AgentConfig config, String password) {
        try {
            Daemon.run(config, password, () -> {});
            return Exit.OK;
        } catch (ListenException refused) {
            LoggerFactory.getLogger(Main.class)
                    .atError()
                    .addKeyValue("reason", refused.getMessage())
                    .log("cannot start");
            return Exit.UNAVAILABLE;
        }
    }
}
