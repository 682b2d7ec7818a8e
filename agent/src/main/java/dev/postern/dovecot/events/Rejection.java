package dev.postern.dovecot.events;

import java.util.Locale;

/** Why a line is not an event. The text never repeats what the peer sent. */
enum Rejection {
    NOT_TEXT(-2, "not UTF-8 text, or a control character in it"),
    KIND(-3, "unknown kind, want login or quota"),
    FIELD(-4, "a field is not name=value"),
    DUPLICATE(-5, "a field is given twice"),
    USER(-6, "user is missing or no user@domain"),
    IP(-7, "ip is missing or no IP address"),
    TIME(-8, "time is not in seconds since 1970"),
    FIGURES(-9, "bytes or messages are missing or no whole numbers from 0"),
    TOO_LONG(-10, "line too long");

    private final long code;
    private final String text;

    Rejection(long code, String text) {
        this.code = code;
        this.text = text;
    }

    /** Stands for it among {@link EventReplyQueue} answers; below {@link EventReplyQueue#BUSY}. */
    long code() {
        return code;
    }

    static Rejection of(long code) {
        for (Rejection rejection : values()) {
            if (rejection.code == code) {
                return rejection;
            }
        }
        throw new IllegalArgumentException(Long.toString(code));
    }

    /** For the peer. */
    String text() {
        return text;
    }

    /** For the metric. */
    String reason() {
        return name().toLowerCase(Locale.ROOT);
    }
}
