package dev.postern.database;

import dev.postern.config.AgentConfig;
import dev.postern.database.PacketInspector.ServerWay;
import dev.postern.database.UntrustedServerException.Distrust;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Decides which server gets a login, and what it may ask for; counts those that get none. */
final class ServerTrust {

    private static final int ROOT = 0;

    private final Set<Integer> socketOwners;
    private final Map<Distrust, Counter> counters = new EnumMap<>(Distrust.class);

    /**
     * Reads which accounts there are on this host.
     *
     * @param mysql whose {@code socket_owner} may serve the Unix socket, beside root and this process's own account
     */
    ServerTrust(AgentConfig.MysqlSection mysql, MeterRegistry meters) {
        this.socketOwners = mysql.socket() == null ? Set.of() : owners(mysql.socketOwner());
        for (Distrust reason : Distrust.values()) {
            counters.put(reason, meters.counter("postern.mysql.servers.refused", "reason", reason.label()));
        }
    }

    /**
     * Puts a guard into a connection before the client library gets it.
     *
     * @param refused called once when the guard closes it
     * @throws UntrustedServerException when nothing is to be sent to this peer at all
     */
    void guard(Channel channel, MySQLConnectOptions options, String last, Consumer<UntrustedServerException> refused)
            throws IOException {
        Consumer<UntrustedServerException> counted = failure -> {
            Objects.requireNonNull(counters.get(failure.reason())).increment();
            refused.accept(failure);
        };
        if (options.isUsingDomainSocket()) {
            int uid = owner(channel);
            if (!socketOwners.contains(uid)) {
                UntrustedServerException failure = new UntrustedServerException(
                        Distrust.SOCKET_OWNER, " (uid " + uid + "): see socket_owner of [mysql]");
                counted.accept(failure);
                throw failure;
            }
        }
        channel.pipeline().addBefore(last, "guard", new ServerGuard(way(options), options.getPassword(), counted));
    }

    private static int owner(Channel channel) throws IOException {
        if (channel instanceof EpollDomainSocketChannel socket) {
            return socket.peerCredentials().uid();
        }
        throw new IOException("the account at the other end of " + DomainSocketChannel.class.getSimpleName()
                + " cannot be read without epoll");
    }

    private static ServerWay way(MySQLConnectOptions options) {
        if (options.isUsingDomainSocket()) {
            return ServerWay.UNIX_SOCKET;
        }
        if (options.getSslMode() != SslMode.DISABLED) {
            return ServerWay.TLS;
        }
        return options.getServerRsaPublicKeyValue() == null ? ServerWay.PLAIN : ServerWay.PINNED_KEY;
    }

    /** Numbers of root, this process's account and the named one: its name in {@code /etc/passwd}, or a number. */
    private static Set<Integer> owners(String name) {
        Set<Integer> owners = new HashSet<>(Set.of(ROOT));
        try (Stream<String> accounts = Files.lines(Path.of("/etc/passwd"))) {
            owners.add((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            accounts.map(line -> line.split(":", 4))
                    .filter(fields -> fields.length == 4 && (fields[0].equals(name) || fields[2].equals(name)))
                    .forEach(fields -> add(owners, fields[2]));
            add(owners, name);
        } catch (IOException unreadable) {
            // Root's servers are trusted all the same.
            return owners;
        }
        return owners;
    }

    /** A number of 32 bits, without a sign. */
    private static void add(Set<Integer> owners, String number) {
        if (number.matches("\\d{1,10}") && Long.parseLong(number) <= 0xffff_ffffL) {
            owners.add(Integer.parseUnsignedInt(number));
        }
    }
}
