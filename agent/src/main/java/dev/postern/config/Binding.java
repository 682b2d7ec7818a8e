package dev.postern.config;

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
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From values without problems to records. */
final class Binding {

    private final ParsedValues values;

    Binding(ParsedValues values) {
        this.values = values;
    }

    AgentConfig create() {
        return new AgentConfig(
                mysql(),
                at(
                        Keys.EVENTS_SOCKET,
                        socket -> new EventsSection(
                                socket,
                                values.get(Keys.EVENTS_MODE),
                                values.find(Keys.EVENTS_GROUP),
                                values.find(Keys.EVENTS_SPOOL))),
                at(
                        Keys.DICT_SOCKET,
                        socket -> new DictSection(socket, values.get(Keys.DICT_MODE), values.find(Keys.DICT_GROUP))),
                postlogin(),
                warning(),
                at(
                        Keys.SOCKETMAP_SOCKET,
                        socket -> new SocketmapSection(
                                socket, values.get(Keys.SOCKETMAP_MODE), values.find(Keys.SOCKETMAP_GROUP))),
                at(
                        Keys.POLICY_SOCKET,
                        socket -> new PolicySection(
                                socket, values.get(Keys.POLICY_MODE), values.find(Keys.POLICY_GROUP))),
                new QuotaSection(values.get(Keys.QUOTA_REPLY)),
                relay(),
                at(Keys.JOURNAL_DIRECTORY, JournalSection::new),
                at(Keys.HTTP_TOKENS_FILE, this::http),
                limits(),
                new LogSection(values.get(Keys.LOG_LEVEL)));
    }

    /** A section that is there when its mandatory path is. */
    private <T> @Nullable T at(Key<Path> key, Function<Path, T> section) {
        Path path = values.find(key);
        return path == null ? null : section.apply(path);
    }

    private MysqlSection mysql() {
        return new MysqlSection(
                values.get(Keys.MYSQL_HOST),
                values.get(Keys.MYSQL_PORT),
                values.find(Keys.MYSQL_SOCKET),
                values.get(Keys.MYSQL_DATABASE),
                values.get(Keys.MYSQL_USER),
                values.find(Keys.MYSQL_PASSWORD_FILE),
                values.get(Keys.MYSQL_TLS),
                values.find(Keys.MYSQL_CA_FILE));
    }

    private @Nullable PostLoginSection postlogin() {
        PostLoginSection postlogin = new PostLoginSection(
                values.find(Keys.POSTLOGIN_IMAP),
                values.find(Keys.POSTLOGIN_POP3),
                values.find(Keys.POSTLOGIN_SUBMISSION),
                values.find(Keys.POSTLOGIN_MANAGESIEVE));
        return postlogin.sockets().isEmpty() ? null : postlogin;
    }

    private @Nullable WarningSection warning() {
        Path quota = values.find(Keys.WARNING_QUOTA);
        Path over = values.find(Keys.WARNING_OVER);
        return quota == null && over == null
                ? null
                : new WarningSection(quota, over, values.get(Keys.WARNING_MODE), values.find(Keys.WARNING_GROUP));
    }

    private RelaySection relay() {
        return new RelaySection(
                values.get(Keys.RELAY_WINDOW),
                values.get(Keys.RELAY_EXCLUDE),
                values.find(Keys.RELAY_EXCLUDE_MYNETWORKS),
                values.get(Keys.RELAY_IPV6_PREFIX));
    }

    private HttpSection http(Path tokens) {
        return new HttpSection(
                values.get(Keys.HTTP_LISTEN),
                values.find(Keys.HTTP_SOCKET),
                values.get(Keys.HTTP_MODE),
                values.find(Keys.HTTP_GROUP),
                values.find(Keys.HTTP_TLS_CERTIFICATE),
                values.find(Keys.HTTP_TLS_KEY),
                tokens,
                values.get(Keys.HTTP_REQUESTS));
    }

    private LimitsSection limits() {
        return new LimitsSection(
                values.get(Keys.PENDING_MAILBOXES),
                values.get(Keys.CACHED_MAILBOXES),
                values.get(Keys.RELAY_WINDOWS),
                values.get(Keys.CONNECTIONS),
                values.get(Keys.MYSQL_TIMEOUT),
                values.get(Keys.CACHE_TIME),
                values.get(Keys.DRAIN_TIMEOUT));
    }
}
