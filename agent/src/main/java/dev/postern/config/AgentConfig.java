package dev.postern.config;

import dev.postern.model.IpNetwork;
import dev.postern.model.IpNetworkList;
import dev.postern.model.RecipientDelimiter;
import dev.postern.relay.RelayRules;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, with defaults filled in. A section that is null was left out: that server is off.
 */
public record AgentConfig(
        MysqlSection mysql,
        @Nullable EventsSection events,
        @Nullable DictSection dict,
        @Nullable PostLoginSection postlogin,
        @Nullable WarningSection warning,
        @Nullable SocketmapSection socketmap,
        @Nullable PolicySection policy,
        Addresses address,
        QuotaSection quota,
        RelaySection relay,
        @Nullable JournalSection journal,
        @Nullable HttpSection http,
        LimitsSection limits,
        LogSection log,
        WebSection web) {

    /** Whether and how the connection to MySQL is encrypted. */
    public enum TlsMode {
        OFF,
        REQUIRED,
        VERIFY
    }

    /**
     * Where the database is.
     *
     * @param socket a Unix socket, in place of host and port when not null
     * @param passwordFile null = empty password
     * @param caFile certificate authorities to verify against; only with {@link TlsMode#VERIFY}
     * @param socketOwner account that serves the Unix socket, by name or number; root always may
     * @param serverPublicKeyFile the server's own key (PEM), for which a password may be encrypted without TLS; null =
     *     none
     */
    public record MysqlSection(
            String host,
            int port,
            @Nullable Path socket,
            String database,
            String user,
            @Nullable Path passwordFile,
            TlsMode tls,
            @Nullable Path caFile,
            String socketOwner,
            @Nullable Path serverPublicKeyFile) {

        /** Account of the packaged servers. */
        public static final String SOCKET_OWNER = "mysql";

        /** With the usual owner of the socket, and without a known key. */
        public MysqlSection(
                String host,
                int port,
                @Nullable Path socket,
                String database,
                String user,
                @Nullable Path passwordFile,
                TlsMode tls,
                @Nullable Path caFile) {
            this(host, port, socket, database, user, passwordFile, tls, caFile, SOCKET_OWNER, null);
        }

        /** Returns the same way to the same database for another account. */
        public MysqlSection withAccount(WebSection account) {
            return new MysqlSection(
                    host,
                    port,
                    socket,
                    database,
                    account.mysqlUser(),
                    account.mysqlPasswordFile(),
                    tls,
                    caFile,
                    socketOwner,
                    serverPublicKeyFile);
        }
    }

    /**
     * The socket of the hook scripts.
     *
     * @param mode permission bits of the socket file
     * @param group of the socket file, null = the agent's own
     * @param spool where hooks leave lines while the agent is away, null = none
     */
    public record EventsSection(
            Path socket,
            int mode,
            @Nullable String group,
            @Nullable Path spool) {}

    public record DictSection(
            Path socket, int mode, @Nullable String group) {}

    /** Logins without a script: the socket of each of Dovecot's services, at least one of them. */
    public record PostLoginSection(
            @Nullable Path imap,
            @Nullable Path pop3,
            @Nullable Path submission,
            @Nullable Path managesieve) {

        /** Those that there are, by the name of the service. */
        public Map<String, Path> sockets() {
            Map<String, Path> sockets = new TreeMap<>();
            put(sockets, "imap", imap);
            put(sockets, "pop3", pop3);
            put(sockets, "submission", submission);
            put(sockets, "managesieve", managesieve);
            return sockets;
        }

        private static void put(Map<String, Path> sockets, String service, @Nullable Path socket) {
            if (socket != null) {
                sockets.put(service, socket);
            }
        }
    }

    /**
     * Quota warnings without a script; at least one of the sockets is there.
     *
     * @param quota for {@code quota_warning}
     * @param over for {@code quota_over_script}
     */
    public record WarningSection(
            @Nullable Path quota,
            @Nullable Path over,
            int mode,
            @Nullable String group) {}

    public record SocketmapSection(
            Path socket, int mode, @Nullable String group) {}

    public record PolicySection(
            Path socket, int mode, @Nullable String group) {}

    /**
     * How Postfix reads addresses.
     *
     * @param recipientDelimiter its parameter of that name
     */
    public record Addresses(RecipientDelimiter recipientDelimiter) {}

    /**
     * The reply for a full mailbox.
     *
     * @param reply what Postfix answers: an SMTP code of 4xx or 5xx, and text
     */
    public record QuotaSection(String reply) {}

    /**
     * POP-before-SMTP.
     *
     * @param window for how long after a login its IP may relay
     * @param exclude networks whose logins never open it
     * @param excludeMynetworks directory of a Postfix whose own networks never open it either, null = none
     * @param ipv6Prefix how many bits of an IPv6 address have to be those of the login's
     */
    public record RelaySection(
            Duration window,
            List<IpNetwork> exclude,
            @Nullable Path excludeMynetworks,
            int ipv6Prefix) {

        /** What follows from all that. */
        public RelayRules rules(IpNetworkList mynetworks) {
            return new RelayRules(window, ipv6Prefix, List.of(IpNetworkList.of(exclude), mynetworks));
        }
    }

    public record JournalSection(Path directory) {}

    /**
     * Health, metrics and the API.
     *
     * @param socket a Unix socket, in place of address and port when not null
     * @param mode permission bits of the socket file
     * @param group of the socket file, null = the agent's own
     * @param tlsCertificate with its chain, PEM; null = not encrypted
     * @param tlsKey null where that is
     * @param requestsPerSecond of one token, or of one peer where none is needed
     */
    public record HttpSection(
            InetSocketAddress listen,
            @Nullable Path socket,
            int mode,
            @Nullable String group,
            @Nullable Path tlsCertificate,
            @Nullable Path tlsKey,
            Path tokensFile,
            int requestsPerSecond) {}

    /**
     * What bounds memory and waiting, whatever the load.
     *
     * @param pendingMailboxes addresses accepted and not yet in MySQL; beyond it new ones get BUSY
     * @param cachedMailboxes rows kept for lookups
     * @param relayWindows pairs of IP and mailbox; beyond it no new window opens
     * @param connections per socket; beyond it a new one is closed at once
     * @param mysqlTimeout after which a statement counts as failed
     * @param cacheTime for how long a row answers lookups before MySQL is asked again
     * @param drainTimeout for how long stopping may wait for what is taken in to be written
     */
    public record LimitsSection(
            int pendingMailboxes,
            int cachedMailboxes,
            int relayWindows,
            int connections,
            Duration mysqlTimeout,
            Duration cacheTime,
            Duration drainTimeout) {}

    /**
     * What is written to the log.
     *
     * @param level of our own events, this and the graver ones: error, warn, info, debug or trace
     */
    public record LogSection(String level) {}

    /**
     * The commands that administer, and their account on the database of {@code [mysql]}.
     *
     * @param mysqlUser may change domains, mailboxes and subscriptions
     * @param mysqlPasswordFile null = empty password; the agent itself never reads it
     */
    public record WebSection(String mysqlUser, @Nullable Path mysqlPasswordFile) {}
}
