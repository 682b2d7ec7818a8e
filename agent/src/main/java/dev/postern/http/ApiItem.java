package dev.postern.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.postern.mailbox.MailboxSnapshot;
import dev.postern.model.Mailbox;
import dev.postern.relay.RelayWindows;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/** What lists are made of, in the words of the document. */
sealed interface ApiItem {

    /** As a cell that no spreadsheet takes for a formula: {@code =1+1@example.org} is a valid address. */
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

    /**
     * With an apostrophe before it when the text begins with a sign that begins a formula, in any of its widths and
     * behind any blanks: programs leave blanks away, and fold full-width signs, when they read a file.
     */
    static String harmless(String text) {
        int[] visible = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .codePoints()
                .dropWhile(ApiItem::isBlank)
                .limit(1)
                .toArray();
        boolean formula = visible.length > 0 && FORMULA_SIGNS.indexOf(visible[0]) >= 0;
        boolean control = !text.isEmpty() && Character.isISOControl(text.charAt(0));
        return formula || control ? "'" + text : text;
    }

    /** Minus is U+2212, which NFKC leaves as it is. */
    String FORMULA_SIGNS = "=+-@\u2212|%";

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT;
    }
}
