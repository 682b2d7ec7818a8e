package dev.postern.schema;

import java.io.IOException;
import java.nio.file.Path;

/** Another account than that of the database listens at its socket. */
final class UntrustedSocketException extends IOException {

    private static final long serialVersionUID = 1L;

    UntrustedSocketException(Path socket, String account) {
        super(socket + " belongs to the account " + account + ", nothing was sent: see socket_owner of [mysql]");
    }
}
