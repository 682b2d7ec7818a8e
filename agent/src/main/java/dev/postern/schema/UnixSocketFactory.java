package dev.postern.schema;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Properties;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/**
 * Makes the JDBC driver's sockets: to a Unix socket whose owner is checked before anything is sent. Made by its name.
 */
public final class UnixSocketFactory extends ConfigurableSocketFactory {

    private static final String PATH = "unixSocket";
    private static final String OWNER = "unixSocketOwner";

    private Properties options = new Properties();

    /** The options of a connection's address that make the driver use it. */
    static String options(Path socket, String owner) {
        return "socketFactory=" + UnixSocketFactory.class.getName() + "&" + PATH + "=" + socket + "&" + OWNER + "="
                + owner;
    }

    @Override
    public void setConfiguration(Configuration configuration, String host) {
        options = configuration.nonMappedOptions();
    }

    @Override
    public Socket createSocket() {
        return new OwnedUnixSocket(Path.of(options.getProperty(PATH)), options.getProperty(OWNER));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        return createSocket();
    }
}
