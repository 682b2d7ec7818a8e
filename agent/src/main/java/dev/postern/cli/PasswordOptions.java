package dev.postern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.admin.InvalidInputException;
import dev.postern.admin.PasswordRules;
import dev.postern.model.MailAddress;
import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** Where a mailbox's new password comes from: the terminal, standard input, or chance; never an argument. */
final class PasswordOptions {

    private static final int MAX_BYTES = 1024;

    @Option(
            names = "--password-stdin",
            description = "Read the password from standard input: one line, of 10 to 72 bytes in UTF-8.")
    private boolean stdin;

    @Option(
            names = "--generate",
            description = "Make a password of 16 letters and digits, and print it, once, as the last word.")
    private boolean generate;

    boolean isGenerated() {
        return generate;
    }

    /** Reads or makes it; without either option it is asked for twice on the terminal. */
    String take(MailAddress mailbox) {
        if (stdin && generate) {
            throw new InvalidInputException("--password-stdin and --generate: one of them");
        }
        String password = generate ? PasswordRules.generate() : stdin ? line() : ask(mailbox);
        PasswordRules.check(password, mailbox);
        return password;
    }

    private static String line() {
        try {
            byte[] bytes = System.in.readNBytes(MAX_BYTES);
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.replaceFirst("\\r?\\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("the password on standard input is not UTF-8, or too long");
        } catch (IOException e) {
            throw new InvalidInputException("standard input cannot be read");
        }
    }

    private static String ask(MailAddress mailbox) {
        Console console = Terminal.console();
        if (console == null) {
            throw new InvalidInputException(
                    "there is no terminal to ask for a password: --password-stdin reads one, --generate makes one");
        }
        char[] first = console.readPassword("Password for %s: ", mailbox);
        char[] second = console.readPassword("Again: ");
        if (first == null || second == null) {
            throw new InvalidInputException("no password was given");
        }
        if (!Arrays.equals(first, second)) {
            throw new InvalidInputException("the two passwords differ");
        }
        return new String(first);
    }
}
