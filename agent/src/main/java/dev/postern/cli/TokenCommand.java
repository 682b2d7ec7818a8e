package dev.postern.cli;

import dev.postern.config.ConfigFile;
import dev.postern.config.FileErrorText;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "token", description = "Tokens for the HTTP API.")
final class TokenCommand implements Runnable {

    /** For the shell's completion. */
    static final class Roles extends CompletionWords {
        Roles() {
            super(Stream.of(TokenRole.values()).map(TokenRole::word).toArray(String[]::new));
        }
    }

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TokenCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: add, list or revoke");
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Makes a token and prints it, once, as the last word.")
    int add(
            @Parameters(paramLabel = "NAME", description = "Whose it is: letters, digits, - and _.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "read|write",
                            required = true,
                            description = "What it may do.",
                            completionCandidates = Roles.class)
                    String role,
            @Option(
                            names = "--domain",
                            paramLabel = "DOMAIN",
                            split = ",",
                            description = "For mailboxes of this domain alone; may be repeated.")
                    @Nullable
                    List<String> domains,
            @Mixin ConfigOption config) {
        TokenRole known = TokenRole.parse(role);
        if (known == null) {
            throw misused("no such role: the roles are read and write");
        }
        if (!Token.isName(name)) {
            throw misused("NAME: 1 to 64 letters, digits, - and _");
        }
        Set<String> own = domains == null ? null : restriction(domains);
        return with(config, file -> {
            Token.NewToken made = Token.make(name, known, own);
            if (!new TokensFile(file).add(made.token())) {
                return no("there is a token " + name + " already: postern token revoke " + name);
            }
            print("token " + name + ", role " + known.word() + ", not to be shown again: " + made.text());
            return ExitCode.OK;
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Names, roles and domains.")
    int list(@Mixin ConfigOption config) {
        return with(config, file -> {
            if (Files.exists(file)) {
                new TokensFile(file).read().tokens().values().forEach(token -> print(line(token)));
            }
            return ExitCode.OK;
        });
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Takes a token out; the running agent refuses it within seconds.")
    int revoke(@Parameters(paramLabel = "NAME", description = "Whose it is.") String name, @Mixin ConfigOption config) {
        return with(
                config,
                file -> Files.exists(file) && new TokensFile(file).remove(name)
                        ? ExitCode.OK
                        : no("token not found: " + name));
    }

    private static String line(Token token) {
        String domains = token.domains() == null ? "*" : String.join(",", token.domains());
        return token.name() + "\t" + token.role().word() + "\t" + domains;
    }

    private Set<String> restriction(List<String> domains) {
        Set<String> own = new TreeSet<>();
        for (String domain : domains) {
            String folded = domain.toLowerCase(Locale.ROOT);
            if (!Token.isDomain(folded) || own.size() == Token.MAX_DOMAINS) {
                throw misused("--domain: no domain, or more than " + Token.MAX_DOMAINS);
            }
            own.add(folded);
        }
        return own;
    }

    /** What a command does to the file. */
    @FunctionalInterface
    private interface TokensFileAction {
        int on(Path file) throws IOException;
    }

    private int with(ConfigOption config, TokensFileAction work) {
        PrintWriter err = spec.commandLine().getErr();
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.RefusedConfig refused) {
            return config.report(refused, err);
        }
        var http = ((ConfigFile.AcceptedConfig) read).config().http();
        if (http == null) {
            err.println("postern: the configuration has no [http]; add the section");
            return ExitCode.CONFIG;
        }
        try {
            return work.on(http.tokensFile());
        } catch (NoSuchFileException e) {
            err.println("postern: the directory of " + http.tokensFile() + " does not exist");
        } catch (IOException e) {
            err.println("postern: cannot use " + http.tokensFile() + ": " + FileErrorText.of(e));
        }
        return ExitCode.UNAVAILABLE;
    }

    private int no(String why) {
        spec.commandLine().getErr().println("postern: " + why);
        return ExitCode.NO;
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private ParameterException misused(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
