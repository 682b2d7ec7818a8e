package dev.postern.testing;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Dovecot finds before the shipped files are installed.
 *
 * @param isUsed whether an administrator has been at Debian's files: lists of plugins in the blocks of
 *     {@code 20-*.conf} ({@code resources/dovecot/…/used}), in place of the files as the package brings them
 * @param mail the directory of an earlier Dovecot's mail; null for an empty one
 * @param own files of the test's own, by names below /etc/dovecot; those in conf.d are read before ours if their names
 *     are less
 */
public record DovecotHost(boolean isUsed, @Nullable Path mail, Map<String, String> own) {

    /** The default: the shipped files have to be right there too. */
    public static final DovecotHost USED = new DovecotHost(true, null, Map.of());

    public static final DovecotHost PRISTINE = new DovecotHost(false, null, Map.of());

    public DovecotHost with(Map<String, String> files) {
        return new DovecotHost(isUsed, mail, files);
    }

    public DovecotHost withMailOf(Path directory) {
        return new DovecotHost(isUsed, directory, own);
    }
}
