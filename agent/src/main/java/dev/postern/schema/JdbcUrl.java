package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** From the configuration's {@code [mysql]} to what JDBC understands. */
public final class JdbcUrl {

    private JdbcUrl() {}

    public static String of(AgentConfig.MysqlSection mysql) {
        String database = URLEncoder.encode(mysql.database(), StandardCharsets.UTF_8);
        if (mysql.socket() != null) {
            return "jdbc:mariadb://localhost/" + database + "?sslMode=disable&localSocket=" + mysql.socket();
        }
        return "jdbc:mariadb://" + host(mysql.host()) + ":" + mysql.port() + "/" + database + "?" + tls(mysql);
    }

    /** An IPv6 literal stands in brackets. */
    private static String host(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static String tls(AgentConfig.MysqlSection mysql) {
        return switch (mysql.tls()) {
            // Asking an unverified server for its key is no worse than the plain connection asked for.
            case OFF -> "sslMode=disable&allowPublicKeyRetrieval=true";
            case REQUIRED -> "sslMode=trust";
            case VERIFY -> "sslMode=verify-full" + (mysql.caFile() == null ? "" : "&serverSslCert=" + mysql.caFile());
        };
    }
}
