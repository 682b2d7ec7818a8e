package dev.postern.config;

import static dev.postern.config.ConfigKey.mandatory;
import static dev.postern.config.ConfigKey.optional;
import static dev.postern.config.ConfigKey.withDefault;

import dev.postern.model.IpNetwork;
import dev.postern.model.RecipientDelimiter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Every section and key, in the file's order. The one place that knows names, forms, bounds and defaults.
 */
final class ConfigKeys {

    /**
     * A section.
     *
     * @param presence what it means that it is left out
     */
    record KeySection(String name, Presence presence, List<ConfigKey<?>> keys) {}

    /** What it means that a section is left out. */
    enum Presence {
        /** A mistake. */
        REQUIRED,
        /** All its defaults hold. */
        ASSUMED,
        /** That server is off. */
        SWITCH
    }

    private static final int MODE = 0660;
    private static final Duration SHORTEST = Duration.ofMillis(100);

    static final ConfigKey<String> MYSQL_HOST = withDefault("mysql", "host", ValueTypes.HOST, "127.0.0.1");
    static final ConfigKey<Integer> MYSQL_PORT = withDefault("mysql", "port", ValueTypes.number(1, 65_535), 3306);
    static final ConfigKey<Path> MYSQL_SOCKET = optional("mysql", "socket", ValueTypes.SOCKET);
    static final ConfigKey<String> MYSQL_DATABASE = withDefault("mysql", "database", ValueTypes.name(64), "mail");
    static final ConfigKey<String> MYSQL_USER = withDefault("mysql", "user", ValueTypes.name(80), "postern");
    static final ConfigKey<Path> MYSQL_PASSWORD_FILE =
            optional("mysql", "password_file", ValueTypes.PATH).hidden();
    static final ConfigKey<AgentConfig.TlsMode> MYSQL_TLS =
            withDefault("mysql", "tls", ValueTypes.TLS, AgentConfig.TlsMode.OFF);
    static final ConfigKey<Path> MYSQL_CA_FILE = optional("mysql", "ca_file", ValueTypes.PATH);
    static final ConfigKey<String> MYSQL_SOCKET_OWNER =
            withDefault("mysql", "socket_owner", ValueTypes.GROUP, AgentConfig.MysqlSection.SOCKET_OWNER);
    static final ConfigKey<Path> MYSQL_SERVER_PUBLIC_KEY_FILE =
            optional("mysql", "server_public_key_file", ValueTypes.PATH);

    static final ConfigKey<Path> EVENTS_SOCKET = mandatory("events", "socket", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Integer> EVENTS_MODE = withDefault("events", "mode", ValueTypes.OCTAL, MODE);
    static final ConfigKey<String> EVENTS_GROUP = optional("events", "group", ValueTypes.GROUP);
    static final ConfigKey<Path> EVENTS_SPOOL = optional("events", "spool", ValueTypes.PATH);

    static final ConfigKey<Path> DICT_SOCKET = mandatory("dict", "socket", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Integer> DICT_MODE = withDefault("dict", "mode", ValueTypes.OCTAL, MODE);
    static final ConfigKey<String> DICT_GROUP = optional("dict", "group", ValueTypes.GROUP);

    static final ConfigKey<Path> POSTLOGIN_IMAP = optional("postlogin", "imap", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Path> POSTLOGIN_POP3 = optional("postlogin", "pop3", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Path> POSTLOGIN_SUBMISSION = optional("postlogin", "submission", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Path> POSTLOGIN_MANAGESIEVE = optional("postlogin", "managesieve", ValueTypes.OWN_SOCKET);

    static final ConfigKey<Path> WARNING_QUOTA = optional("warning", "quota", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Path> WARNING_OVER = optional("warning", "over", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Integer> WARNING_MODE = withDefault("warning", "mode", ValueTypes.OCTAL, MODE);
    static final ConfigKey<String> WARNING_GROUP = optional("warning", "group", ValueTypes.GROUP);

    static final ConfigKey<Path> SOCKETMAP_SOCKET = mandatory("socketmap", "socket", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Integer> SOCKETMAP_MODE = withDefault("socketmap", "mode", ValueTypes.OCTAL, MODE);
    static final ConfigKey<String> SOCKETMAP_GROUP = optional("socketmap", "group", ValueTypes.GROUP);

    static final ConfigKey<Path> POLICY_SOCKET = mandatory("policy", "socket", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Integer> POLICY_MODE = withDefault("policy", "mode", ValueTypes.OCTAL, MODE);
    static final ConfigKey<String> POLICY_GROUP = optional("policy", "group", ValueTypes.GROUP);

    static final ConfigKey<RecipientDelimiter> RECIPIENT_DELIMITER =
            withDefault("address", "recipient_delimiter", ValueTypes.DELIMITER, new RecipientDelimiter("+"));

    static final ConfigKey<String> QUOTA_REPLY =
            withDefault("quota", "reply", ValueTypes.REPLY_LINE, "452 4.2.2 Mailbox is over quota");

    /** The next holder of the IP may relay too, so not for days. */
    static final ConfigKey<Duration> RELAY_WINDOW = withDefault(
            "relay", "window", ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)), Duration.ofMinutes(1));

    static final ConfigKey<List<IpNetwork>> RELAY_EXCLUDE =
            withDefault("relay", "exclude", ValueTypes.NETWORKS, networks("127.0.0.0/8", "::1/128"));

    static final ConfigKey<Path> RELAY_EXCLUDE_MYNETWORKS = optional("relay", "exclude_mynetworks", ValueTypes.PATH);

    /** A provider gives a customer 48 bits at least: a shorter prefix covers other customers too. */
    static final ConfigKey<Integer> RELAY_IPV6_PREFIX =
            withDefault("relay", "ipv6_prefix", ValueTypes.number(48, 128), 128);

    static final ConfigKey<Path> JOURNAL_DIRECTORY = mandatory("journal", "directory", ValueTypes.PATH);

    static final ConfigKey<InetSocketAddress> HTTP_LISTEN =
            withDefault("http", "listen", ValueTypes.LISTEN_ADDRESS, new InetSocketAddress(loopback(), 8025));
    static final ConfigKey<Path> HTTP_SOCKET = optional("http", "socket", ValueTypes.OWN_SOCKET);
    static final ConfigKey<Integer> HTTP_MODE = withDefault("http", "mode", ValueTypes.OCTAL, MODE);
    static final ConfigKey<String> HTTP_GROUP = optional("http", "group", ValueTypes.GROUP);
    static final ConfigKey<Path> HTTP_TLS_CERTIFICATE = optional("http", "tls_certificate", ValueTypes.PATH);
    static final ConfigKey<Path> HTTP_TLS_KEY =
            optional("http", "tls_key", ValueTypes.PATH).hidden();
    static final ConfigKey<Path> HTTP_TOKENS_FILE =
            mandatory("http", "tokens_file", ValueTypes.PATH).hidden();
    static final ConfigKey<Integer> HTTP_REQUESTS =
            withDefault("http", "requests_per_second", ValueTypes.number(1, 100_000), 100);

    static final ConfigKey<Integer> PENDING_MAILBOXES =
            withDefault("limits", "pending_mailboxes", ValueTypes.number(1, 5_000_000), 100_000);
    static final ConfigKey<Integer> CACHED_MAILBOXES =
            withDefault("limits", "cached_mailboxes", ValueTypes.number(1, 5_000_000), 50_000);
    static final ConfigKey<Integer> RELAY_WINDOWS =
            withDefault("limits", "relay_windows", ValueTypes.number(1, 5_000_000), 100_000);
    static final ConfigKey<Integer> CONNECTIONS =
            withDefault("limits", "connections", ValueTypes.number(1, 60_000), 2000);

    /** Well below the 100 s for which Postfix waits: socketmap_table(5). */
    static final ConfigKey<Duration> MYSQL_TIMEOUT = withDefault(
            "limits", "mysql_timeout", ValueTypes.duration(SHORTEST, Duration.ofSeconds(60)), Duration.ofSeconds(5));

    static final ConfigKey<Duration> CACHE_TIME = withDefault(
            "limits", "cache_time", ValueTypes.duration(SHORTEST, Duration.ofMinutes(10)), Duration.ofSeconds(10));

    /** The systemd unit waits a little longer than the longest. */
    static final ConfigKey<Duration> DRAIN_TIMEOUT = withDefault(
            "limits",
            "drain_timeout",
            ValueTypes.duration(Duration.ofSeconds(1), Duration.ofSeconds(60)),
            Duration.ofSeconds(10));

    static final ConfigKey<String> LOG_LEVEL =
            withDefault("log", "level", ValueTypes.choice("error", "warn", "info", "debug", "trace"), "info");

    static final ConfigKey<String> WEB_MYSQL_USER =
            withDefault("web", "mysql_user", ValueTypes.name(80), "postern_admin");
    static final ConfigKey<Path> WEB_MYSQL_PASSWORD_FILE =
            optional("web", "mysql_password_file", ValueTypes.PATH).hidden();

    static final List<KeySection> SECTIONS = List.of(
            new KeySection(
                    "mysql",
                    Presence.REQUIRED,
                    List.of(
                            MYSQL_HOST,
                            MYSQL_PORT,
                            MYSQL_SOCKET,
                            MYSQL_DATABASE,
                            MYSQL_USER,
                            MYSQL_PASSWORD_FILE,
                            MYSQL_TLS,
                            MYSQL_CA_FILE,
                            MYSQL_SOCKET_OWNER,
                            MYSQL_SERVER_PUBLIC_KEY_FILE)),
            new KeySection("events", Presence.SWITCH, List.of(EVENTS_SOCKET, EVENTS_MODE, EVENTS_GROUP, EVENTS_SPOOL)),
            new KeySection("dict", Presence.SWITCH, List.of(DICT_SOCKET, DICT_MODE, DICT_GROUP)),
            new KeySection(
                    "postlogin",
                    Presence.SWITCH,
                    List.of(POSTLOGIN_IMAP, POSTLOGIN_POP3, POSTLOGIN_SUBMISSION, POSTLOGIN_MANAGESIEVE)),
            new KeySection(
                    "warning", Presence.SWITCH, List.of(WARNING_QUOTA, WARNING_OVER, WARNING_MODE, WARNING_GROUP)),
            new KeySection("socketmap", Presence.SWITCH, List.of(SOCKETMAP_SOCKET, SOCKETMAP_MODE, SOCKETMAP_GROUP)),
            new KeySection("policy", Presence.SWITCH, List.of(POLICY_SOCKET, POLICY_MODE, POLICY_GROUP)),
            new KeySection("address", Presence.ASSUMED, List.of(RECIPIENT_DELIMITER)),
            new KeySection("quota", Presence.ASSUMED, List.of(QUOTA_REPLY)),
            new KeySection(
                    "relay",
                    Presence.ASSUMED,
                    List.of(RELAY_WINDOW, RELAY_EXCLUDE, RELAY_EXCLUDE_MYNETWORKS, RELAY_IPV6_PREFIX)),
            new KeySection("journal", Presence.SWITCH, List.of(JOURNAL_DIRECTORY)),
            new KeySection(
                    "http",
                    Presence.SWITCH,
                    List.of(
                            HTTP_LISTEN,
                            HTTP_SOCKET,
                            HTTP_MODE,
                            HTTP_GROUP,
                            HTTP_TLS_CERTIFICATE,
                            HTTP_TLS_KEY,
                            HTTP_TOKENS_FILE,
                            HTTP_REQUESTS)),
            new KeySection(
                    "limits",
                    Presence.ASSUMED,
                    List.of(
                            PENDING_MAILBOXES,
                            CACHED_MAILBOXES,
                            RELAY_WINDOWS,
                            CONNECTIONS,
                            MYSQL_TIMEOUT,
                            CACHE_TIME,
                            DRAIN_TIMEOUT)),
            new KeySection("log", Presence.ASSUMED, List.of(LOG_LEVEL)),
            new KeySection("web", Presence.ASSUMED, List.of(WEB_MYSQL_USER, WEB_MYSQL_PASSWORD_FILE)));

    /** Sockets that this program listens on, and MySQL's, which it must not take. */
    static final List<ConfigKey<Path>> SOCKETS = List.of(
            MYSQL_SOCKET,
            EVENTS_SOCKET,
            DICT_SOCKET,
            POSTLOGIN_IMAP,
            POSTLOGIN_POP3,
            POSTLOGIN_SUBMISSION,
            POSTLOGIN_MANAGESIEVE,
            WARNING_QUOTA,
            WARNING_OVER,
            SOCKETMAP_SOCKET,
            POLICY_SOCKET,
            HTTP_SOCKET);

    /** Whose defaults do not hold where the other is set. */
    static final Map<ConfigKey<?>, ConfigKey<?>> REPLACED_BY =
            Map.of(MYSQL_HOST, MYSQL_SOCKET, MYSQL_PORT, MYSQL_SOCKET, HTTP_LISTEN, HTTP_SOCKET);

    private ConfigKeys() {}

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException(wrongLength);
        }
    }

    private static List<IpNetwork> networks(String... texts) {
        return Stream.of(texts)
                .map(text -> Objects.requireNonNull(IpNetwork.parse(text)))
                .toList();
    }
}
