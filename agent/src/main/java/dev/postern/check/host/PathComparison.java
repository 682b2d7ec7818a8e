package dev.postern.check.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two names of one file: {@code /var/run} and {@code /run} lead to the same. */
public final class PathComparison {

    private PathComparison() {}

    /** Whether both name the same; of what is not there yet, whether its directory is the same. */
    public static boolean isSame(Path one, Path other) {
        return one.normalize().equals(other.normalize()) || real(one).equals(real(other));
    }

    private static Path real(Path path) {
        try {
            if (Files.exists(path)) {
                return path.toRealPath();
            }
            Path parent = path.getParent();
            return parent == null ? path : parent.toRealPath().resolve(path.getFileName());
        } catch (IOException notThere) {
            return path.normalize();
        }
    }
}
