package dev.postern.cli;

import dev.postern.admin.DomainRules;
import dev.postern.admin.store.DomainAdmin;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "domain",
        description = {
            "Domains in the database: those of mailboxes, and routes to other servers.",
            "A domain must not be in Postfix's mydestination."
        })
final class DomainCommand implements Runnable {

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DomainCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: add, set, list or delete");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Adds a domain.")
    int add(
            @Parameters(
                            paramLabel = "DOMAIN",
                            description = "Its name; one with letters beyond ASCII is stored as xn--….")
                    String domain,
            @Option(
                            names = "--transport",
                            paramLabel = "TRANSPORT",
                            defaultValue = DomainRules.LOCAL_TRANSPORT,
                            description = "Where its mail goes: dovecot: for mailboxes here, or as in transport(5):"
                                    + " smtp:[192.0.2.9] (default: ${DEFAULT-VALUE}).")
                    String transport,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            String name = DomainRules.name(domain);
            String route = DomainRules.transport(transport);
            new DomainAdmin(database).add(name, route);
            return admin.done("domain " + name + " added, transport " + route);
        });
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Changes where its mail goes; Postfix notices it once its own cache is older.")
    int set(
            @Parameters(paramLabel = "DOMAIN", description = "Its name.") String domain,
            @Option(names = "--transport", paramLabel = "TRANSPORT", required = true, description = "As with add.")
                    String transport,
            @Option(names = "--yes", description = "Also if its mailboxes get no mail any more.") boolean yes,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            String name = DomainRules.name(domain);
            String route = DomainRules.transport(transport);
            DomainAdmin domains = new DomainAdmin(database);
            return admin.confirm(yes, confirmed -> {
                boolean changed = domains.set(name, route, confirmed);
                admin.print("domain " + name + (changed ? ", transport " : " has this transport already: ") + route);
            });
        });
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All domains, with their transports and how many mailboxes each has.")
    int list(@Mixin ListOptions list, @Mixin AdminOptions admin) {
        return admin.run(
                environment,
                (database, config) -> list.print(
                        new DomainAdmin(database)::list, environment, admin.out(), "domain", "transport", "mailboxes"));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Removes a domain that has no mailboxes and no subscriptions.")
    int delete(@Parameters(paramLabel = "DOMAIN", description = "Its name.") String domain, @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            String name = DomainRules.name(domain);
            new DomainAdmin(database).delete(name);
            return admin.done("domain " + name + " deleted");
        });
    }
}
