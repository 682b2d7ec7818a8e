package dev.postern.check.files;

import dev.postern.check.host.Access;
import dev.postern.check.host.AgentAccount;
import dev.postern.check.report.Check;
import dev.postern.check.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A path that the configuration names under a key, as the agent's account finds it. */
record Place(Path file, String key, Path path, AgentAccount agent, Report report) {

    /** What the file system says of it; null, and reported, when it is not there. */
    Access.@Nullable Stat stat(String mend) {
        Access.Stat stat = Access.Stat.of(path);
        if (stat == null && Files.notExists(path)) {
            problem("does not exist", mend);
        } else if (stat == null) {
            report.unchecked(Check.FILES, key + ": \"" + path + "\" cannot be looked at; run this as root");
        }
        return stat;
    }

    boolean isReachedFor(int wanted) {
        return obstacle(wanted) == null;
    }

    /** The first that stands in the way, on that of the name or, where it is a link, on that which it leads; null when none does. */
    @Nullable
    Path obstacle(int wanted) {
        Path obstacle = Access.obstacle(agent.account(), path.getRoot(), path, wanted);
        if (obstacle != null) {
            return obstacle;
        }
        try {
            Path real = path.toRealPath();
            return Access.obstacle(agent.account(), real.getRoot(), real, wanted);
        } catch (IOException gone) {
            return path;
        }
    }

    void problem(String problem, String mend) {
        report.problem(Check.FILES, file + ": " + key, "\"" + path + "\" " + problem, mend);
    }
}
