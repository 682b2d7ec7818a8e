package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.IpNetwork;
import dev.postern.model.RecipientDelimiter;
import dev.postern.testing.SeededRandom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

    private static final String EVERYTHING = """
            [mysql]
            host = "db.example.org"
            port = 3307
            database = "post"
            user = "agent"
            password_file = "/etc/p/mysql"
            tls = "verify"
            ca_file = "/etc/p/ca.pem"

            [events]
            socket = "/run/p/events"
            mode = "0600"
            group = "dovecot"
            spool = "/var/spool/p/"

            [dict]
            socket = "/run/p/dict"
            mode = "666"
            group = "vmail"

            [postlogin]
            imap = "/run/p/imap"
            pop3 = "/run/p/pop3"

            [warning]
            quota = "/run/p/warning"
            group = "vmail"

            [socketmap]
            socket = "/run/p/lookup"
            mode = "0640"
            group = "postfix"

            [policy]
            socket = "/run/p/policy"
            mode = "0604"
            group = "postdrop"

            [address]
            recipient_delimiter = "+-"
            [quota]
            reply = "552 5.2.2 \\"Full\\" \\\\ over"

            [relay]
            window = "1h30m"
            exclude = ["192.0.2.0/24", "2001:db8::/32", "203.0.113.7"]
            exclude_mynetworks = "/etc/postfix"
            ipv6_prefix = 64

            [journal]
            directory = "/var/lib/p"

            [http]
            listen = "[2001:db8::1]:80"
            mode = "0604"
            group = "adm"
            tls_certificate = "/etc/p/http.crt"
            tls_key = "/etc/p/http.key"
            tokens_file = "/etc/p/tokens"
            requests_per_second = 7

            [limits]
            pending_mailboxes = 1
            cached_mailboxes = 2
            relay_windows = 3
            connections = 4
            mysql_timeout = "1500ms"
            cache_time = "1m"
            drain_timeout = "30s"

            [log]
            level = "debug"

            [web]
            mysql_user = "admins"
            mysql_password_file = "/etc/p/admin"
            """;

    @Test
    void hasDefaults() {
        AgentConfig config = config("[mysql]", Map.of());
        assertThat(config.mysql())
                .isEqualTo(new AgentConfig.MysqlSection(
                        "127.0.0.1", 3306, null, "mail", "postern", null, AgentConfig.TlsMode.OFF, null));
        assertThat(config.quota().reply()).isEqualTo("452 4.2.2 Mailbox is over quota");
        assertThat(config.relay())
                .isEqualTo(new AgentConfig.RelaySection(
                        Duration.ofMinutes(1),
                        List.of(IpNetwork.parse("127.0.0.0/8"), IpNetwork.parse("::1/128")),
                        null,
                        128));
        assertThat(config.limits())
                .isEqualTo(new AgentConfig.LimitsSection(
                        100_000,
                        50_000,
                        100_000,
                        2000,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10)));
    }

    @Test
    void leavesOutWhatIsLeftOut() {
        AgentConfig config = config("[mysql]", Map.of());
        assertThat(config)
                .extracting("events", "dict", "postlogin", "warning", "socketmap", "policy", "journal", "http")
                .containsOnlyNulls();
    }

    @Test
    void hasDefaultsInSections() {
        AgentConfig config = config("""
                [mysql]
                [events]
                socket = "/a"
                [http]
                tokens_file = "/t"
                [postlogin]
                pop3 = "/p"
                """, Map.of());
        assertThat(config.events()).isEqualTo(new AgentConfig.EventsSection(Path.of("/a"), 0660, null, null));
        assertThat(config.http())
                .isEqualTo(new AgentConfig.HttpSection(
                        new InetSocketAddress(ip(127, 0, 0, 1), 8025),
                        null,
                        0660,
                        null,
                        null,
                        null,
                        Path.of("/t"),
                        100));
        assertThat(config.postlogin()).isEqualTo(new AgentConfig.PostLoginSection(null, Path.of("/p"), null, null));
    }

    @Test
    void mapsEverything() {
        AgentConfig config = config(EVERYTHING, Map.of());
        assertThat(config)
                .isEqualTo(new AgentConfig(
                        new AgentConfig.MysqlSection(
                                "db.example.org",
                                3307,
                                null,
                                "post",
                                "agent",
                                Path.of("/etc/p/mysql"),
                                AgentConfig.TlsMode.VERIFY,
                                Path.of("/etc/p/ca.pem")),
                        new AgentConfig.EventsSection(
                                Path.of("/run/p/events"), 0600, "dovecot", Path.of("/var/spool/p")),
                        new AgentConfig.DictSection(Path.of("/run/p/dict"), 0666, "vmail"),
                        new AgentConfig.PostLoginSection(Path.of("/run/p/imap"), Path.of("/run/p/pop3"), null, null),
                        new AgentConfig.WarningSection(Path.of("/run/p/warning"), null, 0660, "vmail"),
                        new AgentConfig.SocketmapSection(Path.of("/run/p/lookup"), 0640, "postfix"),
                        new AgentConfig.PolicySection(Path.of("/run/p/policy"), 0604, "postdrop"),
                        new AgentConfig.Addresses(new RecipientDelimiter("+-")),
                        new AgentConfig.QuotaSection("552 5.2.2 \"Full\" \\ over"),
                        new AgentConfig.RelaySection(
                                Duration.ofMinutes(90),
                                List.of(
                                        IpNetwork.parse("192.0.2.0/24"),
                                        IpNetwork.parse("2001:db8::/32"),
                                        IpNetwork.parse("203.0.113.7")),
                                Path.of("/etc/postfix"),
                                64),
                        new AgentConfig.JournalSection(Path.of("/var/lib/p")),
                        new AgentConfig.HttpSection(
                                new InetSocketAddress(ip(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 80),
                                null,
                                0604,
                                "adm",
                                Path.of("/etc/p/http.crt"),
                                Path.of("/etc/p/http.key"),
                                Path.of("/etc/p/tokens"),
                                7),
                        new AgentConfig.LimitsSection(
                                1, 2, 3, 4, Duration.ofMillis(1500), Duration.ofMinutes(1), Duration.ofSeconds(30)),
                        new AgentConfig.LogSection("debug"),
                        new AgentConfig.WebSection("admins", Path.of("/etc/p/admin"))));
    }

    @Test
    void takesEveryFormOfToml() {
        AgentConfig config = config("mysql = { host = 'a', port = 0xcea }\nevents.socket = \"/a\\u0062\"", Map.of());
        assertThat(config.mysql().port()).isEqualTo(3306);
        assertThat(config.events().socket()).isEqualTo(Path.of("/ab"));
    }

    @Test
    void environmentOverridesEveryKey() {
        AgentConfig everything = config(EVERYTHING, Map.of());
        Map<String, String> environment = environmentOf(EVERYTHING);
        assertThat(config("", environment)).isEqualTo(everything);
        assertThat(config("[mysql]\nhost = \"other\"\n[events]\nsocket = \"/other\"", environment))
                .isEqualTo(everything);
    }

    @Test
    void emptyVariableEmptiesItsKey() {
        AgentConfig config = config(EVERYTHING, Map.of("POSTERN_EVENTS_GROUP", "", "POSTERN_RELAY_EXCLUDE", ""));
        assertThat(config.events().group()).isNull();
        assertThat(config.relay().exclude()).isEmpty();
    }

    @Test
    void variablesOfOthersAreNotOurs() {
        Map<String, String> environment = Map.of(
                "POSTERN_SPOOL", "/var/spool/postern",
                "POSTERN_VIA", "spool",
                "POSTERN_CI", "1",
                "POSTERN_TEST_MYSQL_HOST", "127.0.0.1",
                "POSTERN_JAVA_OPTS", "-Xmx1g",
                "PATH", "/bin");
        assertThat(config("[mysql]", environment)).isEqualTo(config("[mysql]", Map.of()));
    }

    @Test
    void problemsOfVariablesNameThem() {
        assertThat(problems(
                        "[mysql]\nport = 1",
                        Map.of(
                                "POSTERN_MYSQL_PORT", "many",
                                "POSTERN_MYSQL_PASSWORD", "hunter2",
                                "POSTERN_EVENTS_MODE", "abc",
                                "POSTERN_RELAY_EXCLUDE", "127.0.0.0/8, lan")))
                .containsExactly(
                        "POSTERN_MYSQL_PASSWORD: stands for no key of [mysql]; did you mean"
                                + " POSTERN_MYSQL_PASSWORD_FILE?",
                        "POSTERN_MYSQL_PORT: \"many\" is not a number within bounds; must be from 1 to 65535",
                        "events.socket: is missing; set it, or leave the whole section out",
                        "POSTERN_EVENTS_MODE: \"abc\" is not an octal mode; write it like \"0660\"",
                        "POSTERN_RELAY_EXCLUDE: holds entries that are not networks: \"lan\"; write it like"
                                + " \"192.0.2.0/24\", zeros"
                                + " behind the prefix");
    }

    @Test
    void aVariableForHostReplacesTheSocketAndTheOtherWayRound() {
        String socket = "[mysql]\nsocket = \"/run/mysqld.sock\"\nport = 3306";
        assertThat(config(socket, Map.of("POSTERN_MYSQL_HOST", "db")).mysql().socket())
                .isNull();
        assertThat(config(socket, Map.of("POSTERN_MYSQL_PORT", "3307")).mysql().socket())
                .isNull();
        assertThat(config("[mysql]\nhost = \"db\"", Map.of("POSTERN_MYSQL_SOCKET", "/s"))
                        .mysql())
                .extracting("host", "socket")
                .containsExactly("127.0.0.1", Path.of("/s"));
        assertThat(problems("[mysql]", Map.of("POSTERN_MYSQL_SOCKET", "/s", "POSTERN_MYSQL_HOST", "db")))
                .containsExactly("POSTERN_MYSQL_SOCKET: is set, and so is POSTERN_MYSQL_HOST; leave one out");
    }

    @Test
    void effectiveValuesReadBackAsTheSame() {
        for (String toml : List.of(
                "[mysql]",
                EVERYTHING,
                "[mysql]\nsocket = \"/s\"",
                "[mysql]\nsocket = \"/s\"\nport = 3307",
                "[mysql]\n[http]\nsocket = \"/h\"\ntokens_file = \"/t\"")) {
            ConfigFile.AcceptedConfig first = (ConfigFile.AcceptedConfig) ConfigFile.parse("-", toml, Map.of());
            assertThat(config(first.effective(), Map.of())).isEqualTo(first.config());
        }
    }

    @Test
    void effectiveValuesSayWhereTheyComeFrom() {
        ConfigFile.AcceptedConfig accepted = (ConfigFile.AcceptedConfig) ConfigFile.parse(
                "-", "[relay]\nwindow = \"60s\"\n[mysql]\nuser = \"agent\"", Map.of("POSTERN_MYSQL_PORT", "3307"));
        assertThat(accepted.effective()).startsWith("""
                [mysql]
                host = "127.0.0.1"                              # default
                port = 3307                                     # environment
                # socket is not set
                database = "mail"                               # default
                user = "agent"
                # password_file is not set
                tls = "off"                                     # default
                # ca_file is not set
                socket_owner = "mysql"                          # default
                # server_public_key_file is not set

                [address]
                recipient_delimiter = "+"                       # default

                [quota]
                reply = "452 4.2.2 Mailbox is over quota"       # default

                [relay]
                window = "1m"
                exclude = ["127.0.0.0/8", "::1/128"]            # default
                # exclude_mynetworks is not set
                ipv6_prefix = 128                               # default
                """);
    }

    @Test
    void aDefaultThatGivesWayIsNotPrinted() {
        ConfigFile.AcceptedConfig accepted = (ConfigFile.AcceptedConfig) ConfigFile.parse(
                "-",
                "[mysql]\nhost = \"db\"\n[http]\ntokens_file = \"/t\"",
                Map.of("POSTERN_MYSQL_SOCKET", "/s", "POSTERN_HTTP_SOCKET", "/h"));
        assertThat(accepted.effective())
                .startsWith("[mysql]\n# host gives way to socket\n# port gives way to socket\nsocket = \"/s\" ")
                .contains("[http]\n# listen gives way to socket\nsocket = \"/h\" ");
        assertThat(config(accepted.effective(), Map.of())).isEqualTo(accepted.config());
    }

    /** As Windows' editor writes it; in its other encoding it is not UTF-8, which is reported. */
    @Test
    void aByteOrderMarkIsPassedOver(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("postern.toml");
        String text = "[mysql]\r\nhost = \"db.example\"\r\ndatabase = \"mail\"\r\nuser = \"postern\"\r\n";
        Files.writeString(file, "\uFEFF" + text);
        assertThat(ConfigFile.read(file, Map.of()))
                .isInstanceOfSatisfying(
                        ConfigFile.AcceptedConfig.class,
                        accepted -> assertThat(accepted.config().mysql().host()).isEqualTo("db.example"));
        Files.writeString(file, "\uFEFF" + text, StandardCharsets.UTF_16LE);
        assertThat(ConfigFile.read(file, Map.of()))
                .isInstanceOfSatisfying(
                        ConfigFile.RefusedConfig.class,
                        refused -> assertThat(refused.problems())
                                .singleElement()
                                .asString()
                                .contains("is not UTF-8; save"));
    }

    @Test
    void whatIsNoFileIsAProblem(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("postern.toml");
        assertThat(said(file)).isEqualTo(file + ": does not exist; create it, or name another with --config");
        assertThat(said(directory)).startsWith(directory + ": cannot be read: ");
        Files.write(file, new byte[] {'#', (byte) 0xff});
        assertThat(said(file)).isEqualTo(file + ": is not UTF-8; save it as UTF-8");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThat(said(file)).startsWith(file + ": is larger than 1048576 bytes");
        Files.writeString(file, "[mysql]");
        assertThat(ConfigFile.read(file, Map.of())).isInstanceOf(ConfigFile.AcceptedConfig.class);
    }

    @Test
    void garbageIsRefusedAndNeverThrows() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 3000; i++) {
            StringBuilder toml = new StringBuilder(EVERYTHING);
            for (int edits = random.nextInt(8); edits >= 0; edits--) {
                int at = random.nextInt(toml.length());
                switch (random.nextInt(4)) {
                    case 0 -> toml.deleteCharAt(at);
                    case 1 -> toml.setCharAt(at, (char) random.nextInt(0x100));
                    case 2 -> toml.insert(at, "[]\"'=\n.,#{}\\\0\ud800é".charAt(random.nextInt(15)));
                    default -> toml.insert(at, toml.substring(at, Math.min(toml.length(), at + 40)));
                }
            }
            ConfigFile.ConfigResult result = ConfigFile.parse("-", toml.toString(), Map.of());
            if (result instanceof ConfigFile.RefusedConfig refused) {
                assertThat(refused.problems())
                        .isNotEmpty()
                        .noneMatch(problem -> problem.toString().contains("\n"));
            }
        }
    }

    @Test
    void depthIsNoWayToThrow() {
        assertThat(problems("a" + ".a".repeat(5000) + " = 1\n[mysql]", Map.of()))
                .hasSize(1);
        assertThat(problems("a = " + "[".repeat(5000), Map.of())).hasSize(1);
    }

    private static String said(Path file) {
        return ((ConfigFile.RefusedConfig) ConfigFile.read(file, Map.of()))
                .problems()
                .get(0)
                .toString();
    }

    private static AgentConfig config(String toml, Map<String, String> environment) {
        ConfigFile.ConfigResult result = ConfigFile.parse("-", toml, environment);
        assertThat(result).isInstanceOf(ConfigFile.AcceptedConfig.class);
        return ((ConfigFile.AcceptedConfig) result).config();
    }

    private static List<String> problems(String toml, Map<String, String> environment) {
        return ((ConfigFile.RefusedConfig) ConfigFile.parse("-", toml, environment))
                .problems().stream().map(ConfigProblem::toString).toList();
    }

    /** A file as variables. */
    private static Map<String, String> environmentOf(String toml) {
        Map<String, String> environment = new HashMap<>();
        String section = "";
        for (String line : toml.lines().toList()) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else if (!line.isEmpty()) {
                String[] setting = line.split(" = ", 2);
                boolean list = setting[1].startsWith("[");
                String value = list
                        ? setting[1].replaceAll("[\\[\\]\" ]", "")
                        : setting[1].replaceAll("^\"|\"$", "").replaceAll("\\\\(.)", "$1");
                environment.put("POSTERN_" + (section + "_" + setting[0]).toUpperCase(java.util.Locale.ROOT), value);
            }
        }
        return environment;
    }

    private static InetAddress ip(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
