package dev.postern.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A password in a file of its own: the whole file in UTF-8, less one line end behind it. */
public final class PasswordFile {

    private static final int MAX_BYTES = 4096;

    /** The password, or why there is none. */
    public sealed interface PasswordResult {}

    /** Never shows itself. */
    public record Password(String text) implements PasswordResult {
        @Override
        public String toString() {
            return "Password[***]";
        }
    }

    /**
     * Why there is none.
     *
     * @param denied whether the reading account lacks the right
     */
    public record UnreadablePassword(ConfigProblem problem, boolean denied) implements PasswordResult {}

    private PasswordFile() {}

    /**
     * Reads it, 4096 bytes at most.
     *
     * @param key what named the file, for the problem
     * @param file null = the empty password
     */
    public static PasswordResult read(String key, @Nullable Path file) {
        if (file == null) {
            return new Password("");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? unreadable(
                            key, file, "is larger than " + MAX_BYTES + " bytes", "write the password alone into it")
                    : new Password(withoutLineEnd(Utf8.decode(bytes)));
        } catch (NoSuchFileException e) {
            return unreadable(key, file, "does not exist", "install -m 0640 -g postern /dev/stdin " + file);
        } catch (AccessDeniedException e) {
            String mend = "chgrp postern " + file + " && chmod 0640 " + file;
            return new UnreadablePassword(ConfigProblem.of(key, file.toString(), "cannot be read", mend), true);
        } catch (CharacterCodingException e) {
            return unreadable(key, file, "is not UTF-8", "save it as UTF-8");
        } catch (IOException e) {
            return unreadable(
                    key, file, "cannot be read: " + FileErrorText.of(e), "name a file with the password alone");
        }
    }

    private static UnreadablePassword unreadable(String key, Path file, String why, String hint) {
        return new UnreadablePassword(ConfigProblem.of(key, file.toString(), why, hint), false);
    }

    private static String withoutLineEnd(String text) {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
