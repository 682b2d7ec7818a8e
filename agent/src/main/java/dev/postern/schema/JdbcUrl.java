package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * From the configuration's {@code [mysql]} to what JDBC understands. No server gets a local file, nor a password as
 * clear text or for a key of its own, unless the way to it is TLS or a Unix socket.
 */
public final class JdbcUrl {

    private static final String NO_FILES = "allowLocalInfile=false&allowPublicKeyRetrieval=false";

    /** What proves a password without giving it away; the exchange of caching_sha2_password asks for a known key. */
    private static final String PROOFS =
            "&restrictedAuth=mysql_native_password,caching_sha2_password,client_ed25519,parsec";

    private JdbcUrl() {}

    public static String of(AgentConfig.MysqlSection mysql) {
        String database = URLEncoder.encode(mysql.database(), StandardCharsets.UTF_8);
        if (mysql.socket() != null) {
            return "jdbc:mariadb://localhost/" + database + "?sslMode=disable&" + NO_FILES + "&"
                    + UnixSocketFactory.options(mysql.socket(), mysql.socketOwner());
        }
        return "jdbc:mariadb://" + host(mysql.host()) + ":" + mysql.port() + "/" + database + "?" + NO_FILES + "&"
                + tls(mysql);
    }

    /** An IPv6 literal stands in brackets. */
    private static String host(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static String tls(AgentConfig.MysqlSection mysql) {
        return switch (mysql.tls()) {
            case OFF ->
                "sslMode=disable" + PROOFS
                        + (mysql.serverPublicKeyFile() == null
                                ? ""
                                : "&serverRsaPublicKeyFile=" + mysql.serverPublicKeyFile());
            case REQUIRED -> "sslMode=trust";
            case VERIFY -> "sslMode=verify-full" + (mysql.caFile() == null ? "" : "&serverSslCert=" + mysql.caFile());
        };
    }
}
