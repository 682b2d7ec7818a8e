package dev.postern.cli;

import dev.postern.admin.SubscriptionRules;
import dev.postern.admin.store.AdminDatabase;
import dev.postern.admin.store.SubscriptionAdmin;
import dev.postern.config.AgentConfig;
import dev.postern.model.MailAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "subscription",
        description = {
            "Recipients of the mail of an address.",
            "Of an active mailbox they get copies; of any other address of ours they get the mail itself: an alias, or"
                    + " a list."
        })
final class SubscriptionCommand implements Runnable {

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    SubscriptionCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: add, list or delete");
    }

    /** An address, and recipients of its mail. */
    static final class SubscriptionParameters {

        @Parameters(
                index = "0",
                paramLabel = "ADDRESS",
                description = "Whose mail; @example.org for all addresses of a domain that lead nowhere else.")
        private String address = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "RECIPIENT", description = "Gets it; 100 at most.")
        private List<String> recipients = List.of();

        @Option(names = "--outgoing", description = "Copies of what the mailbox sends, not of what it gets.")
        private boolean outgoing;

        private SubscriptionAdmin.SubscribedMail mail(AgentConfig config) {
            return new SubscriptionAdmin.SubscribedMail(
                    new SubscriptionRules(config.address().recipientDelimiter()).subscribed(address, outgoing),
                    outgoing);
        }

        private List<MailAddress> recipients(MailAddress of) {
            return SubscriptionRules.recipients(recipients, of);
        }
    }

    /** What is done with the subscriptions; the exit code. */
    @FunctionalInterface
    private interface SubscriptionWork {
        int with(SubscriptionAdmin subscriptions, SubscriptionAdmin.SubscribedMail mail, List<MailAddress> recipients);
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Adds recipients; all of them, or none.")
    int add(
            @Mixin SubscriptionParameters parameters,
            @Option(names = "--yes", description = "Also recipients that get nothing for now, and circles.")
                    boolean yes,
            @Mixin AdminOptions admin) {
        return change(
                parameters,
                admin,
                "added",
                (subscriptions, mail, recipients) ->
                        admin.confirm(yes, confirmed -> subscriptions.add(mail, recipients, confirmed)));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Removes recipients; all of them, or none.")
    int delete(@Mixin SubscriptionParameters parameters, @Mixin AdminOptions admin) {
        return change(parameters, admin, "deleted", (subscriptions, mail, recipients) -> {
            subscriptions.delete(mail, recipients);
            return ExitCode.OK;
        });
    }

    private int change(SubscriptionParameters parameters, AdminOptions admin, String done, SubscriptionWork work) {
        return admin.run(environment, (database, config) -> {
            SubscriptionAdmin.SubscribedMail mail = parameters.mail(config);
            List<MailAddress> recipients = parameters.recipients(mail.address());
            int code = work.with(subscriptions(database, config), mail, recipients);
            if (code != ExitCode.OK) {
                return code;
            }
            recipients.forEach(recipient -> admin.print((mail.outgoing() ? "outgoing" : "incoming") + " mail of "
                    + mail.address() + " to " + recipient + ": " + done));
            return ExitCode.OK;
        });
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All subscriptions, or those of an address and to it.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "ADDRESS", description = "This one alone.") @Nullable
                    String address,
            @Mixin ListOptions list,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress of = address == null
                    ? null
                    : new SubscriptionRules(config.address().recipientDelimiter()).subscribed(address, false);
            return list.print(
                    consumer -> subscriptions(database, config).list(of, consumer),
                    environment,
                    admin.out(),
                    "email",
                    "direction",
                    "recipient",
                    "kind");
        });
    }

    private static SubscriptionAdmin subscriptions(AdminDatabase database, AgentConfig config) {
        return new SubscriptionAdmin(database, config.address().recipientDelimiter());
    }
}
