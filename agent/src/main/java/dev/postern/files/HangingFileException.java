package dev.postern.files;

import java.io.IOException;

/** A disk that does not answer in time. */
public final class HangingFileException extends IOException {

    private static final long serialVersionUID = 1;

    HangingFileException(String message) {
        super(message);
    }
}
