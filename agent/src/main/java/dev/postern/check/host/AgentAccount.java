package dev.postern.check.host;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfiguredSockets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's account, which no file holds: the owner of its sockets; while there are none, user {@code postern}, if
 * it exists; else the account that runs this.
 *
 * @param name for lines that fix
 */
public record AgentAccount(String name, UnixAccount account) {

    private static final String SHIPPED = "postern";

    public static AgentAccount of(AgentConfig config, UnixAccounts accounts) {
        for (Path socket : ConfiguredSockets.of(config).values()) {
            FileAccess.FileStat stat = Files.isRegularFile(socket) ? null : FileAccess.FileStat.of(socket);
            if (stat != null) {
                return owner(stat, accounts);
            }
        }
        UnixAccount shipped = accounts.find(SHIPPED);
        return new AgentAccount(SHIPPED, shipped == null ? self(accounts.self()) : shipped);
    }

    private static AgentAccount owner(FileAccess.FileStat socket, UnixAccounts accounts) {
        UnixAccount owner = accounts.find(Integer.toString(socket.uid()));
        return owner == null
                ? new AgentAccount(
                        Integer.toString(socket.uid()), new UnixAccount("uid " + socket.uid(), socket.uid(), Set.of()))
                : new AgentAccount(owner.name(), owner);
    }

    private static UnixAccount self(@Nullable UnixAccount self) {
        return self == null ? new UnixAccount("nobody", -1, Set.of()) : self;
    }
}
