package dev.postern.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Why a file could not be used, in words for an administrator: never the name of a Java class, nor the file's own
 * again.
 */
public final class FileErrorText {

    private static final int MAX_LENGTH = 200;

    private FileErrorText() {}

    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        String system = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return system == null ? "input or output error" : PrintableText.of(system, MAX_LENGTH);
    }
}
