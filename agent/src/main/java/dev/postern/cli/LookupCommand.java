package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.config.PrintableText;
import dev.postern.model.LookupResult;
import dev.postern.postfix.socketmap.SocketmapClient;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "lookup", description = "Asks the running agent what Postfix asks: 0 found, 1 missing, 75 not now.")
final class LookupCommand implements Callable<Integer> {

    private static final List<String> MAPS = List.of("quota", "pop-before-smtp");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Bytes; the longest address has 320. A longer key matches nothing, and the agent need not be asked. */
    private static final int MAX_KEY_LENGTH = 1000;

    /** Characters; what Postfix takes at most. */
    private static final int LONGEST_ANSWER = 100_000;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    /** For the shell's completion. */
    static final class Maps extends CompletionWords {
        Maps() {
            super(MAPS.toArray(String[]::new));
        }
    }

    @Parameters(
            index = "0",
            paramLabel = "quota|pop-before-smtp",
            description = "The map.",
            completionCandidates = Maps.class)
    private String map = "";

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            description = "An address, or an IP; behind -- if it begins with -h or -V.")
    private String key = "";

    LookupCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (!MAPS.contains(map)) {
            throw new ParameterException(spec.commandLine(), "no such map: the maps are " + String.join(", ", MAPS));
        }
        ConfigFile.ConfigResult read = config.read(environment);
        return read instanceof ConfigFile.AcceptedConfig accepted
                ? ask(accepted.config().socketmap())
                : config.report(
                        (ConfigFile.RefusedConfig) read, spec.commandLine().getErr());
    }

    private int ask(AgentConfig.@Nullable SocketmapSection socketmap) {
        if (socketmap == null) {
            spec.commandLine().getErr().println("postern: the configuration has no [socketmap]; add the section");
            return ExitCode.CONFIG;
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_LENGTH) {
            return ExitCode.NO;
        }
        LookupResult answer = new SocketmapClient(socketmap.socket(), TIMEOUT).ask(map, key);
        if (answer instanceof LookupResult.Found found) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(PrintableText.of(found.value(), LONGEST_ANSWER));
            out.flush();
            return ExitCode.OK;
        }
        if (answer instanceof LookupResult.TempFail failed) {
            spec.commandLine().getErr().println("postern: " + PrintableText.of(failed.reason(), LONGEST_ANSWER));
            return ExitCode.TEMPFAIL;
        }
        return ExitCode.NO;
    }
}
