package dev.postern.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, without asking DNS. */
final class HostName {

    /** Linux allows 64, and so does {@code postern_checkpoint.agent}. */
    private static final int MAX_LENGTH = 64;

    private HostName() {}

    static String current() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.isEmpty() ? "localhost" : name.substring(0, Math.min(name.length(), MAX_LENGTH));
        } catch (IOException unknown) {
            return "localhost";
        }
    }
}
