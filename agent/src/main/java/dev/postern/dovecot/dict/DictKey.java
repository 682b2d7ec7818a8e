package dev.postern.dovecot.dict;

import dev.postern.model.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * A key that means something here; of the rest of Dovecot's key space nothing is kept. Keys begin with {@code priv/} (of
 * the request's user) or {@code shared/}: {@code lib-dict/dict.c}.
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
     * A login, as {@code last_login_key = last-login/%s/%r/%u} tells it.
     *
     * @param ip empty where Dovecot knows none
     * @param user may hold slashes
     */
    record LastLoginKey(String service, String ip, String user) implements DictKey {}

    /** What a key names; null for any other. */
    static @Nullable DictKey of(String key) {
        for (QuotaKey quota : QuotaKey.values()) {
            if (quota.text.equals(key)) {
                return quota;
            }
        }
        String[] parts = key.split("/", 5);
        boolean login = parts.length == 5 && "shared".equals(parts[0]) && "last-login".equals(parts[1]);
        return login ? new LastLoginKey(parts[2], parts[3], parts[4]) : null;
    }
}
