package dev.postern.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.postern.mailbox.MailboxSnapshot;
import dev.postern.model.Mailbox;
import dev.postern.relay.RelayWindows;
import org.jspecify.annotations.Nullable;

/** What lists are made of, in the words of the document. */
sealed interface ApiItem {

    /**
     * Begins with none of what a spreadsheet would take for a formula: an apostrophe goes before it. Anybody may have an address
     * like {@code =1+1@example.org}.
     */
    ApiItem forSpreadsheet();

    /** A mailbox. */
    @JsonPropertyOrder({
        "email",
        "active",
        "lastip",
        "lasttime",
        "bytes",
        "messages",
        "max_bytes",
        "max_messages",
        "over_quota",
        "pending"
    })
    record MailboxDto(
            String email,
            boolean active,
            @Nullable String lastip,
            @Nullable String lasttime,
            @Nullable Long bytes,
            @Nullable Long messages,
            long maxBytes,
            long maxMessages,
            boolean overQuota,
            boolean pending)
            implements ApiItem {

        static MailboxDto of(MailboxSnapshot seen) {
            Mailbox row = seen.mailbox();
            return new MailboxDto(
                    row.email().value(),
                    row.active(),
                    row.lastip() == null ? null : row.lastip().toString(),
                    row.lasttime() == null ? null : row.lasttime().toString(),
                    row.bytes(),
                    row.messages(),
                    row.maxBytes(),
                    row.maxMessages(),
                    row.overQuota(),
                    seen.pending());
        }

        @Override
        public MailboxDto forSpreadsheet() {
            return new MailboxDto(
                    ApiItem.harmless(email),
                    active,
                    lastip,
                    lasttime,
                    bytes,
                    messages,
                    maxBytes,
                    maxMessages,
                    overQuota,
                    pending);
        }
    }

    /** An open relay window. */
    @JsonPropertyOrder({"ip", "user", "service", "login", "end"})
    record RelayWindowDto(String ip, String user, String service, String login, String end) implements ApiItem {

        static RelayWindowDto of(RelayWindows.OpenWindow window) {
            return new RelayWindowDto(
                    window.ip().toString(),
                    window.address().value(),
                    window.service(),
                    window.login().toString(),
                    window.until().toString());
        }

        @Override
        public RelayWindowDto forSpreadsheet() {
            return new RelayWindowDto(ip, ApiItem.harmless(user), ApiItem.harmless(service), login, end);
        }
    }

    static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
