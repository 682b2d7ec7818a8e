package dev.postern.config;

import dev.postern.config.AgentConfig.Addresses;
import dev.postern.config.AgentConfig.DictSection;
import dev.postern.config.AgentConfig.EventsSection;
import dev.postern.config.AgentConfig.HttpSection;
import dev.postern.config.AgentConfig.JournalSection;
import dev.postern.config.AgentConfig.LimitsSection;
import dev.postern.config.AgentConfig.LogSection;
import dev.postern.config.AgentConfig.MysqlSection;
import dev.postern.config.AgentConfig.PolicySection;
import dev.postern.config.AgentConfig.PostLoginSection;
import dev.postern.config.AgentConfig.QuotaSection;
import dev.postern.config.AgentConfig.RelaySection;
import dev.postern.config.AgentConfig.SocketmapSection;
import dev.postern.config.AgentConfig.WarningSection;
import dev.postern.config.AgentConfig.WebSection;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From values without problems to records. */
final class ConfigFactory {

    private final ParsedValues values;

    ConfigFactory(ParsedValues values) {
        this.values = values;
    }

    AgentConfig create() {
        return new AgentConfig(
                mysql(),
                at(
                        ConfigKeys.EVENTS_SOCKET,
                        socket -> new EventsSection(
                                socket,
                                values.get(ConfigKeys.EVENTS_MODE),
                                values.find(ConfigKeys.EVENTS_GROUP),
                                values.find(ConfigKeys.EVENTS_SPOOL))),
                at(
                        ConfigKeys.DICT_SOCKET,
                        socket -> new DictSection(
                                socket, values.get(ConfigKeys.DICT_MODE), values.find(ConfigKeys.DICT_GROUP))),
                postlogin(),
                warning(),
                at(
                        ConfigKeys.SOCKETMAP_SOCKET,
                        socket -> new SocketmapSection(
                                socket,
                                values.get(ConfigKeys.SOCKETMAP_MODE),
                                values.find(ConfigKeys.SOCKETMAP_GROUP))),
                at(
                        ConfigKeys.POLICY_SOCKET,
                        socket -> new PolicySection(
                                socket, values.get(ConfigKeys.POLICY_MODE), values.find(ConfigKeys.POLICY_GROUP))),
                new Addresses(values.get(ConfigKeys.RECIPIENT_DELIMITER)),
                new QuotaSection(values.get(ConfigKeys.QUOTA_REPLY)),
                relay(),
                at(ConfigKeys.JOURNAL_DIRECTORY, JournalSection::new),
                at(ConfigKeys.HTTP_TOKENS_FILE, this::http),
                limits(),
                new LogSection(values.get(ConfigKeys.LOG_LEVEL)),
                new WebSection(values.get(ConfigKeys.WEB_MYSQL_USER), values.find(ConfigKeys.WEB_MYSQL_PASSWORD_FILE)));
    }

    /** A section that is there when its mandatory path is. */
    private <T> @Nullable T at(ConfigKey<Path> key, Function<Path, T> section) {
        Path path = values.find(key);
        return path == null ? null : section.apply(path);
    }

    private MysqlSection mysql() {
        return new MysqlSection(
                values.get(ConfigKeys.MYSQL_HOST),
                values.get(ConfigKeys.MYSQL_PORT),
                values.find(ConfigKeys.MYSQL_SOCKET),
                values.get(ConfigKeys.MYSQL_DATABASE),
                values.get(ConfigKeys.MYSQL_USER),
                values.find(ConfigKeys.MYSQL_PASSWORD_FILE),
                values.get(ConfigKeys.MYSQL_TLS),
                values.find(ConfigKeys.MYSQL_CA_FILE),
                values.get(ConfigKeys.MYSQL_SOCKET_OWNER),
                values.find(ConfigKeys.MYSQL_SERVER_PUBLIC_KEY_FILE));
    }

    private @Nullable PostLoginSection postlogin() {
        PostLoginSection postlogin = new PostLoginSection(
                values.find(ConfigKeys.POSTLOGIN_IMAP),
                values.find(ConfigKeys.POSTLOGIN_POP3),
                values.find(ConfigKeys.POSTLOGIN_SUBMISSION),
                values.find(ConfigKeys.POSTLOGIN_MANAGESIEVE));
        return postlogin.sockets().isEmpty() ? null : postlogin;
    }

    private @Nullable WarningSection warning() {
        Path quota = values.find(ConfigKeys.WARNING_QUOTA);
        Path over = values.find(ConfigKeys.WARNING_OVER);
        return quota == null && over == null
                ? null
                : new WarningSection(
                        quota, over, values.get(ConfigKeys.WARNING_MODE), values.find(ConfigKeys.WARNING_GROUP));
    }

    private RelaySection relay() {
        return new RelaySection(
                values.get(ConfigKeys.RELAY_WINDOW),
                values.get(ConfigKeys.RELAY_EXCLUDE),
                values.find(ConfigKeys.RELAY_EXCLUDE_MYNETWORKS),
                values.get(ConfigKeys.RELAY_IPV6_PREFIX));
    }

    private HttpSection http(Path tokens) {
        return new HttpSection(
                values.get(ConfigKeys.HTTP_LISTEN),
                values.find(ConfigKeys.HTTP_SOCKET),
                values.get(ConfigKeys.HTTP_MODE),
                values.find(ConfigKeys.HTTP_GROUP),
                values.find(ConfigKeys.HTTP_TLS_CERTIFICATE),
                values.find(ConfigKeys.HTTP_TLS_KEY),
                tokens,
                values.get(ConfigKeys.HTTP_REQUESTS));
    }

    private LimitsSection limits() {
        return new LimitsSection(
                values.get(ConfigKeys.PENDING_MAILBOXES),
                values.get(ConfigKeys.CACHED_MAILBOXES),
                values.get(ConfigKeys.RELAY_WINDOWS),
                values.get(ConfigKeys.CONNECTIONS),
                values.get(ConfigKeys.MYSQL_TIMEOUT),
                values.get(ConfigKeys.CACHE_TIME),
                values.get(ConfigKeys.DRAIN_TIMEOUT));
    }
}
