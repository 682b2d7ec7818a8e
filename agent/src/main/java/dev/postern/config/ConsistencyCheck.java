package dev.postern.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What no single value shows to be wrong. */
final class ConsistencyCheck {

    private final ParsedValues values;
    private final List<ConfigProblem> problems;

    ConsistencyCheck(ParsedValues values, List<ConfigProblem> problems) {
        this.values = values;
        this.problems = problems;
    }

    void check(RawValues written) {
        socketsDiffer();
        encryption(written);
        http(written);
        notEmpty(
                written,
                "postlogin",
                List.of(
                        ConfigKeys.POSTLOGIN_IMAP,
                        ConfigKeys.POSTLOGIN_POP3,
                        ConfigKeys.POSTLOGIN_SUBMISSION,
                        ConfigKeys.POSTLOGIN_MANAGESIEVE),
                "imap nor pop3");
        notEmpty(written, "warning", List.of(ConfigKeys.WARNING_QUOTA, ConfigKeys.WARNING_OVER), "quota nor over");
    }

    /** A certificate and its key, and both for a port alone. */
    private void http(RawValues written) {
        boolean chain = values.find(ConfigKeys.HTTP_TLS_CERTIFICATE) != null
                || written.isMisfit(ConfigKeys.HTTP_TLS_CERTIFICATE);
        boolean key = values.find(ConfigKeys.HTTP_TLS_KEY) != null || written.isMisfit(ConfigKeys.HTTP_TLS_KEY);
        if (chain != key) {
            report(
                    (chain ? ConfigKeys.HTTP_TLS_KEY : ConfigKeys.HTTP_TLS_CERTIFICATE).path(),
                    "is missing",
                    "set both, or neither");
        }
        if (values.find(ConfigKeys.HTTP_SOCKET) == null) {
            return;
        }
        if (chain) {
            report(
                    ConfigKeys.HTTP_TLS_CERTIFICATE.path(),
                    "does not go with a Unix socket",
                    "leave it out, or the socket");
        }
    }

    private void notEmpty(RawValues written, String section, Collection<ConfigKey<Path>> sockets, String names) {
        if (written.isPresent(section)
                && sockets.stream().allMatch(key -> values.find(key) == null && !written.isMisfit(key))) {
            report("[" + section + "]", "has neither " + names, "add a socket path for one of them, or leave it out");
        }
    }

    /**
     * Host and socket are two ways to one database. A variable for one replaces the other in the file; both in one
     * place leave open which is meant.
     */
    static void oneWayToMysql(RawValues written, List<ConfigProblem> problems) {
        RawValues.RawValue socket = written.find(ConfigKeys.MYSQL_SOCKET);
        RawValues.RawValue host = written.find(ConfigKeys.MYSQL_HOST);
        if (socket == null) {
            return;
        }
        if (host != null && host.origin() == socket.origin()) {
            problems.add(ConfigProblem.of(socket.name(), "is set, and so is " + host.name(), "leave one out"));
        } else if (socket.origin() == ValueOrigin.ENVIRONMENT) {
            written.unset(ConfigKeys.MYSQL_HOST);
        } else if (host != null || isFromEnvironment(written.find(ConfigKeys.MYSQL_PORT))) {
            written.unset(ConfigKeys.MYSQL_SOCKET);
        }
    }

    /** As with MySQL: a port or a Unix socket, and a variable for one takes the place of the other in the file. */
    static void oneWayIn(RawValues written, List<ConfigProblem> problems) {
        RawValues.RawValue socket = written.find(ConfigKeys.HTTP_SOCKET);
        RawValues.RawValue listen = written.find(ConfigKeys.HTTP_LISTEN);
        if (socket == null || listen == null) {
            return;
        }
        if (socket.origin() == listen.origin()) {
            problems.add(ConfigProblem.of(listen.name(), "is set, and so is " + socket.name(), "leave one out"));
        } else {
            written.unset(isFromEnvironment(socket) ? ConfigKeys.HTTP_LISTEN : ConfigKeys.HTTP_SOCKET);
        }
    }

    private static boolean isFromEnvironment(RawValues.@Nullable RawValue entry) {
        return entry != null && entry.origin() == ValueOrigin.ENVIRONMENT;
    }

    private void socketsDiffer() {
        Map<Path, ConfigKey<Path>> owners = new LinkedHashMap<>();
        for (ConfigKey<Path> key : ConfigKeys.SOCKETS) {
            Path socket = values.find(key);
            ConfigKey<Path> first = socket == null ? null : owners.putIfAbsent(socket, key);
            if (socket != null && first != null) {
                problems.add(ConfigProblem.of(
                        key.path(),
                        socket.toString(),
                        "is the socket of " + first.path() + " too",
                        "give each its own"));
            }
        }
    }

    private void encryption(RawValues written) {
        AgentConfig.TlsMode tls = values.find(ConfigKeys.MYSQL_TLS);
        boolean authorities =
                values.find(ConfigKeys.MYSQL_CA_FILE) != null || written.isMisfit(ConfigKeys.MYSQL_CA_FILE);
        if (tls == null) {
            return;
        }
        if (tls == AgentConfig.TlsMode.VERIFY && !authorities) {
            report(
                    ConfigKeys.MYSQL_CA_FILE.path(),
                    "is missing",
                    "tls = \"verify\" needs the authorities to trust (PEM)");
        }
        if (tls != AgentConfig.TlsMode.VERIFY && authorities) {
            report(ConfigKeys.MYSQL_CA_FILE.path(), "has no effect", "write tls = \"verify\", or leave it out");
        }
        if (tls != AgentConfig.TlsMode.OFF && values.find(ConfigKeys.MYSQL_SOCKET) != null) {
            report(
                    ConfigKeys.MYSQL_TLS.path(),
                    "does not go with a Unix socket",
                    "write tls = \"off\", or host for socket");
        }
    }

    private void report(String key, String why, String hint) {
        problems.add(ConfigProblem.of(key, why, hint));
    }
}
