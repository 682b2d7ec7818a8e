package dev.postern.config;

import static dev.postern.config.ParseResult.invalid;
import static dev.postern.config.ParseResult.valid;

import dev.postern.model.IpAddress;
import dev.postern.model.IpNetwork;
import dev.postern.model.RecipientDelimiter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of value that the file knows. */
final class ValueTypes {

    /** {@code sun_path} of {@code sockaddr_un} is 108 bytes on Linux, one of which ends it: unix(7). */
    private static final int MAX_SOCKET_LENGTH = 107;

    /** A socket of ours is made under a name four bytes longer and then renamed: {@code dev.postern.net}. */
    private static final int MAX_OWN_SOCKET_LENGTH = MAX_SOCKET_LENGTH - 4;

    /** {@code PATH_MAX}, less the byte that ends it: limits.h. */
    private static final int MAX_PATH_LENGTH = 4095;

    /** RFC 5321 §4.5.3.1.5 allows 512 for the line; Postfix adds the recipient (up to 320) and a few words. */
    private static final int MAX_REPLY_LENGTH = 150;

    /** Each is compared with each login's address. */
    private static final int MAX_NETWORKS = 1000;

    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    private static final Pattern HOST_NAME = Pattern.compile("(?=.{1,253}$)(?:" + LABEL + "\\.)*" + LABEL + "\\.?");
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final Pattern REPLY = Pattern.compile("([45])[0-5]\\d (?:(\\d)\\.\\d{1,3}\\.\\d{1,3} )?([ -~]+)");
    private static final Pattern DELIMITERS = Pattern.compile("[!-~&&[^A-Za-z0-9@\"\\\\.]]{0,20}");
    private static final Pattern LISTEN = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+)):(\\d{1,5})");

    static final ValueType<String> HOST = ValueType.text(ValueTypes::host);
    static final ValueType<Path> PATH = ValueType.text(ValueTypes::path, Path::toString);
    static final ValueType<Path> SOCKET = ValueType.text(text -> socket(text, MAX_SOCKET_LENGTH), Path::toString);
    static final ValueType<Path> OWN_SOCKET =
            ValueType.text(text -> socket(text, MAX_OWN_SOCKET_LENGTH), Path::toString);
    static final ValueType<Integer> OCTAL = ValueType.text(ValueTypes::mode, mode -> String.format("%04o", mode));
    static final ValueType<String> GROUP = ValueType.text(text -> name(text, 255, ":/"));
    static final ValueType<AgentConfig.TlsMode> TLS =
            ValueType.text(ValueTypes::tls, tls -> tls.name().toLowerCase(Locale.ROOT));
    static final ValueType<String> REPLY_LINE = ValueType.text(ValueTypes::reply);
    static final ValueType<RecipientDelimiter> DELIMITER =
            ValueType.text(ValueTypes::delimiter, RecipientDelimiter::characters);
    static final ValueType<InetSocketAddress> LISTEN_ADDRESS = ValueType.text(ValueTypes::listen, ValueTypes::written);

    static final ValueType<List<IpNetwork>> NETWORKS =
            new ValueType<>(ValueType.Shape.LIST, ValueTypes::networks, ValueTypes::list);

    private ValueTypes() {}

    /** A name of at most so many characters, none of them a control character or one of the forbidden. */
    static ValueType<String> name(int longest) {
        return ValueType.text(text -> name(text, longest, ""));
    }

    /** One of these words. */
    static ValueType<String> choice(String... words) {
        return ValueType.text(text -> List.of(words).contains(text)
                ? valid(text)
                : invalid("is none of those there are", "write \"" + String.join("\", \"", words) + "\""));
    }

    static ValueType<Integer> number(int least, int most) {
        String bounds = "must be from " + least + " to " + most;
        return new ValueType<>(
                ValueType.Shape.NUMBER,
                words -> number(words.get(0), least, most, bounds),
                value -> Integer.toString(value));
    }

    static ValueType<Duration> duration(Duration least, Duration most) {
        return ValueType.text(text -> duration(text, least, most), DurationFormat::format);
    }

    private static ParseResult<Integer> number(String digits, int least, int most, String bounds) {
        try {
            int value = Integer.parseInt(digits);
            return value < least || value > most ? invalid("is out of bounds", bounds) : valid(value);
        } catch (NumberFormatException beyondInt) {
            return invalid("is not a number within bounds", bounds);
        }
    }

    private static ParseResult<Duration> duration(String text, Duration least, Duration most) {
        Duration value = DurationFormat.parse(text);
        if (value == null) {
            return invalid("is not a duration", "write it like \"1m\", \"90s\" or \"1h30m\" (units d, h, m, s, ms)");
        }
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            return invalid(
                    "is out of bounds",
                    "must be from \"" + DurationFormat.format(least) + "\" to \"" + DurationFormat.format(most) + "\"");
        }
        return valid(value);
    }

    private static ParseResult<String> host(String text) {
        if (text.startsWith("/")) {
            return invalid("is a path, not a host", "write socket = " + ValueType.quote(text) + " in place of host");
        }
        boolean fits = IpAddress.parse(text) != null || (HOST_NAME.matcher(text).matches() && !onlyDigitsAndDots(text));
        return fits
                ? valid(text)
                : invalid(
                        "is not a host",
                        "write a name or an address, like \"db.example.org\", \"192.0.2.3\" or \"::1\"");
    }

    private static boolean onlyDigitsAndDots(String text) {
        return text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static ParseResult<String> name(String text, int longest, String forbidden) {
        boolean fits = !text.isBlank()
                && text.equals(text.strip())
                && text.length() <= longest
                && text.chars().noneMatch(c -> Character.isISOControl(c) || forbidden.indexOf(c) >= 0);
        String without = forbidden.isEmpty() ? "" : ", none of them one of " + forbidden;
        return fits
                ? valid(text)
                : invalid("is not a name", "write 1 to " + longest + " printable characters" + without);
    }

    private static ParseResult<Path> path(String text) {
        if (!text.startsWith("/")) {
            return invalid("is not an absolute path", "begin it with /");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_LENGTH) {
            return invalid("is too long a path", "at most " + MAX_PATH_LENGTH + " bytes");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            return invalid("has a control character", "write the path without it");
        }
        try {
            return valid(Path.of(text).normalize());
        } catch (InvalidPathException e) {
            return invalid("cannot be a file name in this locale", "use ASCII, or set LC_ALL=C.UTF-8");
        }
    }

    private static ParseResult<Path> socket(String text, int longest) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > longest) {
            return invalid("is too long for a Unix socket", bytes + " bytes, at most " + longest);
        }
        if (text.endsWith("/")) {
            return invalid("is a directory", "name the socket's own file in it");
        }
        return path(text);
    }

    private static ParseResult<Integer> mode(String text) {
        return MODE.matcher(text).matches()
                ? valid(Integer.parseInt(text, 8))
                : invalid("is not an octal mode", "write it like \"0660\"");
    }

    private static ParseResult<AgentConfig.TlsMode> tls(String text) {
        for (AgentConfig.TlsMode tls : AgentConfig.TlsMode.values()) {
            if (text.equals(tls.name().toLowerCase(Locale.ROOT))) {
                return valid(tls);
            }
        }
        return invalid("is not known", "write \"off\", \"required\" or \"verify\"");
    }

    /**
     * Postfix takes digits alone for "permit" (access(5)), and decides by the first digit whether senders try again.
     */
    private static ParseResult<String> reply(String text) {
        Matcher reply = REPLY.matcher(text);
        if (!reply.matches() || reply.group(3).chars().noneMatch(Character::isLetter)) {
            return invalid(
                    "is not an SMTP refusal",
                    "write a code from 400 to 559 and ASCII text, like \"452 4.2.2 Mailbox is over quota\"");
        }
        if (text.length() > MAX_REPLY_LENGTH) {
            return invalid("is too long", "at most " + MAX_REPLY_LENGTH + " characters");
        }
        if (reply.group(2) != null && !reply.group(2).equals(reply.group(1))) {
            return invalid(
                    "contradicts itself",
                    "code " + reply.group(1) + "xx goes with a status that begins with " + reply.group(1));
        }
        return valid(text);
    }

    private static ParseResult<RecipientDelimiter> delimiter(String text) {
        return DELIMITERS.matcher(text).matches()
                ? valid(new RecipientDelimiter(text))
                : invalid(
                        "is not a set of delimiters",
                        "write what Postfix's recipient_delimiter has, like \"+\" or \"+-\"");
    }

    private static ParseResult<InetSocketAddress> listen(String text) {
        Matcher parts = LISTEN.matcher(text);
        String hint = "write an address and a port, like \"127.0.0.1:8025\" or \"[::1]:8025\"";
        if (!parts.matches()) {
            return invalid("is not an address to listen on", hint);
        }
        boolean v6 = parts.group(1) != null;
        String literal = v6 ? parts.group(1) : parts.group(2);
        int port = Integer.parseInt(parts.group(3));
        if (IpAddress.parse(literal) == null || v6 != literal.contains(":") || port < 1 || port > 65_535) {
            return invalid("is not an address to listen on", hint);
        }
        try {
            return valid(new InetSocketAddress(InetAddress.getByName(literal), port));
        } catch (UnknownHostException notALiteral) {
            return invalid("is not an address to listen on", hint);
        }
    }

    private static String written(InetSocketAddress listen) {
        String ip = String.valueOf(IpAddress.parse(listen.getAddress().getHostAddress()));
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + listen.getPort();
    }

    private static ParseResult<List<IpNetwork>> networks(List<String> words) {
        List<IpNetwork> networks = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String word : words) {
            IpNetwork network = IpNetwork.parse(word);
            if (network == null) {
                others.add("\"" + ConfigProblem.printable(word) + "\"");
            } else {
                networks.add(network);
            }
        }
        if (!others.isEmpty()) {
            return invalid(
                    "holds entries that are not networks: " + String.join(", ", others),
                    "write it like \"192.0.2.0/24\", zeros behind the prefix");
        }
        return networks.size() > MAX_NETWORKS
                ? invalid("is too long", "at most " + MAX_NETWORKS + " networks")
                : valid(List.copyOf(networks));
    }

    private static String list(List<?> values) {
        return values.stream()
                .map(value -> ValueType.quote(value.toString()))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
