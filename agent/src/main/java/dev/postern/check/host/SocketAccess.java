package dev.postern.check.host;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the accounts that have to reach the agent's sockets can, and the line that lets them. */
public final class SocketAccess {

    private final CheckReport report;

    public SocketAccess(CheckReport report) {
        this.report = report;
    }

    /**
     * Connecting takes the right to write. A socket that is not there is not reported: it has no mode yet.
     *
     * @param root where the account's file system begins
     * @param section of the configuration that the socket is in
     * @param join the line that brings the account into the socket's group
     */
    public void socket(UnixAccount who, Path root, Path socket, String section, String join) {
        Path obstacle = Files.exists(socket) ? FileAccess.obstacle(who, root, socket, FileAccess.WRITE) : null;
        if (obstacle == null) {
            return;
        }
        String problem = "user " + who.name() + " has to connect to it and cannot";
        if (!obstacle.equals(socket)) {
            report.problem(CheckName.SOCKETS, socket.toString(), problem + " pass " + obstacle, pass(who, obstacle));
        } else {
            report.problem(
                    CheckName.SOCKETS,
                    socket.toString(),
                    problem,
                    isOfItsGroup(who, socket)
                            ? "mode = \"0660\" in [" + section + "], then systemctl restart postern"
                            : join);
        }
    }

    /**
     * Leaving files somewhere takes the right to write and to search.
     *
     * @param join the line that brings the account into the directory's group
     */
    public void spool(UnixAccount who, Path spool, String join) {
        Path obstacle = Files.exists(spool)
                ? FileAccess.obstacle(who, spool.getRoot(), spool, FileAccess.WRITE | FileAccess.EXECUTE)
                : null;
        if (obstacle == null) {
            return;
        }
        String problem = "user " + who.name() + " has to leave events there and cannot";
        if (!obstacle.equals(spool)) {
            report.problem(CheckName.SOCKETS, spool.toString(), problem + " pass " + obstacle, pass(who, obstacle));
        } else {
            report.problem(
                    CheckName.SOCKETS,
                    spool.toString(),
                    problem + " write",
                    isOfItsGroup(who, spool) ? "chmod 3730 " + spool : join);
        }
    }

    private String pass(UnixAccount who, Path directory) {
        return isOfItsGroup(who, directory) ? "chmod g+x " + directory : "chmod o+x " + directory;
    }

    private static boolean isOfItsGroup(UnixAccount who, Path path) {
        FileAccess.FileStat stat = FileAccess.FileStat.of(path);
        return stat != null && who.gids().contains(stat.gid());
    }
}
