package dev.postern.database;

import java.io.IOException;
import java.util.Locale;

/**
 * The server asked for what a database server must not get, or is not the one that was expected: the connection is
 * closed.
 */
final class UntrustedServerException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What was asked for, or is wrong. */
    enum Distrust {
        LOCAL_FILE("the server asked for a file of this host"),
        KEY_EXCHANGE("the server asked for the password itself, without TLS or a known key: use the Unix socket, tls or"
                + " server_public_key_file of [mysql]"),
        CLEAR_PASSWORD("the server asked for the password as clear text: use the Unix socket or tls of [mysql]"),
        PLAIN_TEXT("the server sent plain text where TLS was to begin"),
        SOCKET_OWNER("the socket belongs to another account"),
        NOT_MYSQL("the server does not speak the MySQL protocol");

        private final String text;

        Distrust(String text) {
            this.text = text;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Distrust reason;

    UntrustedServerException(Distrust reason) {
        this(reason, "");
    }

    UntrustedServerException(Distrust reason, String detail) {
        super("refused: " + reason.text + detail);
        this.reason = reason;
    }

    Distrust reason() {
        return reason;
    }
}
