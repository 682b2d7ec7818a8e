package dev.postern.check.files;

import dev.postern.check.host.AgentAccount;
import dev.postern.check.host.FileAccess;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A path that the configuration names under a key, as the agent's account finds it. */
record CheckedFile(Path file, String key, Path path, AgentAccount agent, CheckReport report) {

    /** Its attributes; null, and reported, when it is not there. */
    FileAccess.@Nullable FileStat stat(String mend) {
        FileAccess.FileStat stat = FileAccess.FileStat.of(path);
        if (stat == null && Files.notExists(path)) {
            problem("does not exist", mend);
        } else if (stat == null) {
            report.unchecked(CheckName.FILES, key + ": \"" + path + "\" cannot be looked at; run this as root");
        }
        return stat;
    }

    boolean isReachedFor(int wanted) {
        return obstacle(wanted) == null;
    }

    /**
     * The first that stands in the way, on that of the name or, where it is a link, on that which it leads; null when
     * none does.
     */
    @Nullable
    Path obstacle(int wanted) {
        Path obstacle = FileAccess.obstacle(agent.account(), path.getRoot(), path, wanted);
        if (obstacle != null) {
            return obstacle;
        }
        try {
            Path real = path.toRealPath();
            return FileAccess.obstacle(agent.account(), real.getRoot(), real, wanted);
        } catch (IOException gone) {
            return path;
        }
    }

    void problem(String problem, String mend) {
        report.problem(CheckName.FILES, file + ": " + key, "\"" + path + "\" " + problem, mend);
    }
}
