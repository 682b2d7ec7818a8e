package dev.postern.check.host;

import dev.postern.config.AgentConfig;
import dev.postern.config.Sockets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * As whom the agent runs, which no file says: as the owner of its sockets; while there are none, as user {@code postern}, if
 * there is one; else as whoever asks.
 *
 * @param name for lines that mend
 */
public record AgentAccount(String name, Account account) {

    private static final String SHIPPED = "postern";

    public static AgentAccount of(AgentConfig config, Accounts accounts) {
        for (Path socket : Sockets.of(config).values()) {
            Access.Stat stat = Files.isRegularFile(socket) ? null : Access.Stat.of(socket);
            if (stat != null) {
                return owner(stat, accounts);
            }
        }
        Account shipped = accounts.find(SHIPPED);
        return new AgentAccount(SHIPPED, shipped == null ? self(accounts.self()) : shipped);
    }

    private static AgentAccount owner(Access.Stat socket, Accounts accounts) {
        Account owner = accounts.find(Integer.toString(socket.uid()));
        return owner == null
                ? new AgentAccount(
                        Integer.toString(socket.uid()), new Account("uid " + socket.uid(), socket.uid(), Set.of()))
                : new AgentAccount(owner.name(), owner);
    }

    private static Account self(@Nullable Account self) {
        return self == null ? new Account("nobody", -1, Set.of()) : self;
    }
}
