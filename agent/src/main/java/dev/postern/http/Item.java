package dev.postern.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.postern.mailbox.Seen;
import dev.postern.model.Mailbox;
import dev.postern.relay.RelayWindows;
import org.jspecify.annotations.Nullable;

/** What lists are made of, in the words of the document. */
sealed interface Item {

    /**
     * Begins with none of what a spreadsheet would take for a formula: an apostrophe goes before it. Anybody may have an address
     * like {@code =1+1@example.org}.
     */
    Item forSpreadsheet();

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
    record OfMailbox(
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
            implements Item {

        static OfMailbox of(Seen seen) {
            Mailbox row = seen.mailbox();
            return new OfMailbox(
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
        public OfMailbox forSpreadsheet() {
            return new OfMailbox(
                    Item.harmless(email),
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
    record OfWindow(String ip, String user, String service, String login, String end) implements Item {

        static OfWindow of(RelayWindows.Open window) {
            return new OfWindow(
                    window.ip().toString(),
                    window.user().value(),
                    window.service(),
                    window.login().toString(),
                    window.until().toString());
        }

        @Override
        public OfWindow forSpreadsheet() {
            return new OfWindow(ip, Item.harmless(user), Item.harmless(service), login, end);
        }
    }

    static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
