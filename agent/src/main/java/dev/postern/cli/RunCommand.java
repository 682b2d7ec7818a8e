package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.config.MyNetworks;
import dev.postern.config.PasswordFile;
import dev.postern.log.Logging;
import dev.postern.relay.RelayRules;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "run", description = "Runs the agent; logs to stderr, ends on SIGTERM.")
final class RunCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    private final AgentRunner agentRunner;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    RunCommand(AgentRunner daemon, Map<String, String> environment) {
        this.agentRunner = daemon;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        ConfigFile.ConfigResult read = config.read(environment);
        return read instanceof ConfigFile.AcceptedConfig accepted
                ? run(accepted.config())
                : config.report(
                        (ConfigFile.RefusedConfig) read, spec.commandLine().getErr());
    }

    private int run(AgentConfig accepted) {
        PasswordFile.PasswordResult password =
                PasswordFile.read("mysql.password_file", accepted.mysql().passwordFile());
        if (password instanceof PasswordFile.UnreadablePassword unreadable) {
            config.report(unreadable.problem(), spec.commandLine().getErr());
            return ExitCode.CONFIG;
        }
        MyNetworks.MyNetworksResult mynetworks =
                MyNetworks.read(accepted.relay().excludeMynetworks());
        if (mynetworks instanceof MyNetworks.UnreadableNetworks unreadable) {
            config.report(unreadable.problem(), spec.commandLine().getErr());
            return ExitCode.UNAVAILABLE;
        }
        Logging.level(accepted.log().level());
        SignalHandler.handle("HUP", this::reload);
        RelayRules relay = rules(accepted.relay(), (MyNetworks.KnownNetworks) mynetworks);
        return agentRunner.run(accepted, ((PasswordFile.Password) password).text(), relay);
    }

    private static RelayRules rules(AgentConfig.RelaySection relay, MyNetworks.KnownNetworks mynetworks) {
        if (relay.excludeMynetworks() != null) {
            log.atInfo()
                    .addKeyValue("networks", mynetworks.networks().items().size())
                    .log("mynetworks excluded from the relay");
        }
        if (!mynetworks.unusable().isEmpty()) {
            log.atWarn()
                    .addKeyValue("patterns", String.join(" ", mynetworks.unusable()))
                    .log("mynetworks holds an entry that is not a network and excludes nothing");
        }
        return relay.rules(mynetworks.networks());
    }

    /** Of a changed file the level of the log is taken over at once, everything else at the next start. */
    private void reload() {
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.AcceptedConfig accepted) {
            String level = accepted.config().log().level();
            Logging.level(level);
            log.atInfo().addKeyValue("log_level", level).log("configuration read again");
        } else {
            config.report((ConfigFile.RefusedConfig) read, spec.commandLine().getErr());
        }
    }
}
