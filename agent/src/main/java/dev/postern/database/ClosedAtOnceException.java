package dev.postern.database;

import java.io.IOException;

/** The server closed the connection in place of a greeting. */
final class ClosedAtOnceException extends IOException {

    private static final long serialVersionUID = 1L;

    ClosedAtOnceException() {
        super("closed by the server at once (is it at max_connections? is this host blocked?)");
    }
}
