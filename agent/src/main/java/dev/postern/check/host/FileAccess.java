package dev.postern.check.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rights on a path, computed from its mode and owner; access control lists are not looked at. */
public final class FileAccess {

    public static final int READ = 4;
    public static final int WRITE = 2;
    public static final int EXECUTE = 1;

    /** The attributes of a file. */
    public record FileStat(int mode, int uid, int gid) {

        /** Of a file that is there and may be looked at; else null. */
        public static @Nullable FileStat of(Path path) {
            try {
                Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid,gid");
                return new FileStat(number(found, "mode") & 07777, number(found, "uid"), number(found, "gid"));
            } catch (IOException | UnsupportedOperationException e) {
                return null;
            }
        }

        private static int number(Map<String, Object> found, String name) {
            return (Integer) found.getOrDefault(name, 0);
        }

        /** Whether the account may do all of that. */
        public boolean allows(UnixAccount who, int wanted) {
            int bits = who.uid() == uid ? mode >> 6 : who.gids().contains(gid) ? mode >> 3 : mode;
            return who.isRoot() || (bits & wanted) == wanted;
        }
    }

    private FileAccess() {}

    /**
     * The first that stands in the way to a file: a directory that the account may not pass, or the file itself.
     *
     * @param root where the way begins: {@code /}, or what the account has for it
     * @param wanted of the file
     * @return null when nothing does
     */
    public static @Nullable Path obstacle(UnixAccount who, Path root, Path file, int wanted) {
        Path at = root;
        for (Path name : root.relativize(file)) {
            if (!allows(who, at, EXECUTE)) {
                return at;
            }
            at = at.resolve(name);
        }
        return allows(who, at, wanted) ? null : at;
    }

    private static boolean allows(UnixAccount who, Path path, int wanted) {
        FileStat stat = FileStat.of(path);
        return stat != null && stat.allows(who, wanted);
    }
}
