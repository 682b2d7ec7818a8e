package dev.postern.cli;

import dev.postern.admin.InvalidInputException;
import dev.postern.admin.MailboxRules;
import dev.postern.admin.PasswordRules;
import dev.postern.admin.RefusedChangeException;
import dev.postern.admin.store.MailboxAdmin;
import dev.postern.model.MailAddress;
import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code postern mailbox} changes: its subcommands. */
abstract class MailboxAdminCommands {

    private final Map<String, String> environment;

    MailboxAdminCommands(Map<String, String> environment) {
        this.environment = environment;
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a mailbox.",
                "Asks for its password on the terminal, twice, unless an option names another source."
            })
    int add(
            @Parameters(paramLabel = "EMAIL", description = "Its address; the domain must be there.") String email,
            @Mixin MailboxColumnOptions columns,
            @Mixin PasswordOptions password,
            @Option(names = "--disabled", description = "Without logins and mail until it is enabled.")
                    boolean disabled,
            @Option(names = "--yes", description = "Also if the address had a mailbox before, or has subscribers.")
                    boolean yes,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress address = new MailboxRules(config.address().recipientDelimiter()).newAddress(email);
            Map<String, Object> given = columns.columns();
            MailboxAdmin mailboxes = new MailboxAdmin(database);
            int asked = admin.confirm(yes, confirmed -> mailboxes.checkNew(address, confirmed));
            if (asked != ExitCode.OK) {
                return asked;
            }
            String secret = password.take(address);
            mailboxes.add(new MailboxAdmin.NewMailbox(address, given, !disabled, PasswordRules.hash(secret)));
            return admin.done("mailbox " + address + " added" + shown(password, secret));
        });
    }

    private static String shown(PasswordOptions password, String secret) {
        return password.isGenerated() ? "; its password, not to be shown again: " + secret : "";
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Changes columns of a mailbox; those without an option stay as they are.",
                "The address stays: the mail's directory is named after it."
            })
    int set(
            @Parameters(paramLabel = "EMAIL", description = "Its address.") String email,
            @Mixin MailboxColumnOptions columns,
            @Option(names = "--yes", description = "Also a limit below what is used.") boolean yes,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress address = MailboxRules.address(email);
            Map<String, Object> given = columns.columns();
            if (given.isEmpty()) {
                throw new InvalidInputException("nothing to set: give an option like --max-bytes 10G");
            }
            MailboxAdmin mailboxes = new MailboxAdmin(database);
            return admin.confirm(yes, confirmed -> {
                boolean changed = mailboxes.set(address, given, confirmed);
                admin.print("mailbox " + address + (changed ? " changed" : " has these values already"));
            });
        });
    }

    @Command(
            name = "password",
            mixinStandardHelpOptions = true,
            description = {
                "Sets the password of a mailbox; open sessions stay.",
                "Asks for it on the terminal, twice, unless an option names another source. Where Dovecot caches"
                        + " logins, it takes the old one until auth_cache_ttl is over, or doveadm auth cache flush."
            })
    int password(
            @Parameters(paramLabel = "EMAIL", description = "Its address.") String email,
            @Mixin PasswordOptions password,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress address = MailboxRules.address(email);
            MailboxAdmin mailboxes = new MailboxAdmin(database);
            mailboxes.require(address);
            String secret = password.take(address);
            mailboxes.password(address, PasswordRules.hash(secret));
            return admin.done("mailbox " + address + ": password set" + shown(password, secret));
        });
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description =
                    "No logins, and mail is refused unless it has subscribers. Open sessions stay until they end.")
    int disable(
            @Parameters(paramLabel = "EMAIL", description = "Its address.") String email, @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress address = MailboxRules.address(email);
            MailboxAdmin.MailboxState state = new MailboxAdmin(database).activate(address, false);
            return admin.done("mailbox " + address + (state.changed() ? " disabled" : " is disabled already") + ": "
                    + (state.subscribers() == 0
                            ? "its mail is refused"
                            : "its mail goes to its subscribers alone (there: " + state.subscribers() + ")"));
        });
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Logins and mail again.")
    int enable(
            @Parameters(paramLabel = "EMAIL", description = "Its address.") String email, @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress address = MailboxRules.address(email);
            MailboxAdmin.MailboxState state = new MailboxAdmin(database).activate(address, true);
            admin.print("mailbox " + address + (state.changed() ? " enabled" : " is enabled already"));
            if (!state.withPassword()) {
                admin.note(address + " has no password: postern mailbox password " + address);
            }
            return ExitCode.OK;
        });
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = {
                "Removes a mailbox and its subscriptions from the database. Its mail on disk stays.",
                "Asks for the address once more on a terminal; without one it needs --yes."
            })
    int delete(
            @Parameters(paramLabel = "EMAIL", description = "Its address.") String email,
            @Option(names = "--keep-subscribed", description = "It stays among the recipients of other addresses.")
                    boolean keepSubscribed,
            @Option(names = "--yes", description = "Do not ask.") boolean yes,
            @Mixin AdminOptions admin) {
        return admin.run(environment, (database, config) -> {
            MailAddress address = MailboxRules.address(email);
            MailboxAdmin mailboxes = new MailboxAdmin(database);
            mailboxes.require(address);
            if (!yes && !isTyped(address)) {
                return admin.fail("nothing was deleted", ExitCode.NO);
            }
            MailboxAdmin.DeletedMailbox gone = mailboxes.delete(address, keepSubscribed);
            admin.print("mailbox " + address + " deleted; subscriptions deleted: " + gone.subscriptions()
                    + "; its mail on disk is untouched");
            if (gone.subscribedTo() > 0) {
                admin.note(address + " is still a recipient of other addresses: postern subscription list " + address);
            }
            return ExitCode.OK;
        });
    }

    private static boolean isTyped(MailAddress address) {
        Console console = Terminal.console();
        if (console == null) {
            throw RefusedChangeException.unconfirmed("there is no terminal to ask whether " + address + " is to go");
        }
        return isSame(console.readLine("Type %s to delete it: ", address), address);
    }

    private static boolean isSame(@Nullable String typed, MailAddress address) {
        return typed != null && address.equals(MailAddress.parse(typed.strip()));
    }
}
