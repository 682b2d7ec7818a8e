package dev.postern.dovecot.dict;

import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key that means something here; of the rest of Dovecot's key space nothing is kept. Keys begin with {@code priv/}
 * (of the request's user) or {@code shared/}: {@code lib-dict/dict.c}.
 */
sealed interface DictKey {

    /** A figure of the user, in the quota plugin's words. */
    enum QuotaKey implements DictKey {
        /** {@code bytes}. */
        STORAGE("priv/quota/storage"),
        /** {@code messages}. */
        MESSAGES("priv/quota/messages");

        private final String text;

        QuotaKey(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        @Nullable
        Long of(Mailbox mailbox) {
            return this == STORAGE ? mailbox.bytes() : mailbox.messages();
        }
    }

    /**
     * A login, as {@code last_login_key = last-login/%s/%r/%{userdb:master_user}/%u} has it. Of the plugin's own
     * default, {@code last-login/%u}, service and IP are empty.
     *
     * @param ip empty where Dovecot knows none
     * @param user all that follows the IP: the mailbox, and the master user or the name used for the login where the
     *     key has them; may hold slashes
     */
    record LastLoginKey(String service, String ip, String user) implements DictKey {

        private static final String PREFIX = "shared/last-login/";

        private static @Nullable LastLoginKey of(String key) {
            if (!key.startsWith(PREFIX)) {
                return null;
            }
            String[] parts = key.substring(PREFIX.length()).split("/", 3);
            return switch (parts.length) {
                case 1 -> new LastLoginKey("", "", parts[0]);
                case 3 -> new LastLoginKey(parts[0], parts[1], parts[2]);
                default -> null;
            };
        }

        /**
         * Whether the mailbox's owner has logged in, and not a master user of another name: the name used for the
         * login, if the key has one, is the mailbox's in any case, with or without the domain.
         */
        boolean isByOwner(MailAddress address) {
            String name = (user.startsWith("/") ? user.substring(1) : user).toLowerCase(Locale.ROOT);
            String local = address.value().substring(0, address.value().lastIndexOf('@'));
            return isOrBegins(name, address.value()) || isOrBegins(name, local);
        }

        private static boolean isOrBegins(String name, String beginning) {
            return name.startsWith(beginning)
                    && (name.length() == beginning.length() || name.charAt(beginning.length()) == '/');
        }
    }

    /** What a key names; null for any other. */
    static @Nullable DictKey of(String key) {
        for (QuotaKey quota : QuotaKey.values()) {
            if (quota.text.equals(key)) {
                return quota;
            }
        }
        return LastLoginKey.of(key);
    }
}
