package dev.postern.postfix.socketmap;

import dev.postern.model.LookupResult;
import dev.postern.postfix.lookup.ReplyFormat;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Payloads of replies. What must never be sent becomes {@code TEMP}: an empty value makes Postfix fail with a riddle in
 * its log, and a value of digits alone means "permit" ({@code smtpd/smtpd_check.c}).
 */
final class SocketmapReply {

    /** Postfix's own limit of a reply without framing, {@code socketmap_max_reply_size}. */
    static final int MAX_BYTES = 100_000;

    static final String NOT_FOUND = "NOTFOUND ";
    static final String TIMED_OUT = "TEMP lookup timed out";
    static final String INTERNAL = "TEMP internal error";
    static final String UNKNOWN_MAP = "PERM unknown map";
    static final String MALFORMED = "PERM no key in the request";

    private static final String OK = "OK ";
    private static final String TEMP = "TEMP ";
    private static final int MAX_REASON = 200;
    private static final Pattern PERMIT = Pattern.compile("\\s*\\d*\\s*");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    static final ReplyFormat WORDING = new ReplyFormat() {
        @Override
        public String of(LookupResult answer) {
            return SocketmapReply.of(answer);
        }

        @Override
        public String timedOut() {
            return TIMED_OUT;
        }

        @Override
        public String failed() {
            return INTERNAL;
        }
    };

    private SocketmapReply() {}

    /** The one mapping of answers onto this protocol. */
    static String of(LookupResult answer) {
        if (answer instanceof LookupResult.Found found) {
            return found(plain(found.value()));
        }
        return answer instanceof LookupResult.TempFail fail ? temp(plain(fail.reason())) : NOT_FOUND;
    }

    private static String found(String value) {
        boolean sendable = !PERMIT.matcher(value).matches()
                && value.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES - OK.length();
        return sendable ? OK + value : "TEMP unusable value";
    }

    private static String temp(String reason) {
        return TEMP + (reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    }

    /** A NUL would end the value, a line end would reach SMTP as a space. */
    private static String plain(String text) {
        return CONTROL.matcher(text).replaceAll(" ");
    }
}
