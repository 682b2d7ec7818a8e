package dev.postern.store;

import dev.postern.config.AgentConfig;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;

/** From the configuration's {@code [mysql]} to the client's options. */
final class DatabaseOptions {

    private DatabaseOptions() {}

    static MySQLConnectOptions of(AgentConfig.Mysql mysql, String password) {
        MySQLConnectOptions options = new MySQLConnectOptions()
                .setHost(mysql.socket() == null ? mysql.host() : mysql.socket().toString())
                .setPort(mysql.port())
                .setDatabase(mysql.database())
                .setUser(mysql.user())
                .setPassword(password)
                .setCollation("utf8mb4_general_ci")
                .setReconnectAttempts(0)
                .setPipeliningLimit(8);
        return mysql.tls() == AgentConfig.Tls.OFF ? options : secured(options, mysql);
    }

    private static MySQLConnectOptions secured(MySQLConnectOptions options, AgentConfig.Mysql mysql) {
        ClientSSLOptions ssl = new ClientSSLOptions();
        if (mysql.tls() == AgentConfig.Tls.REQUIRED) {
            return options.setSslMode(SslMode.REQUIRED).setSslOptions(ssl.setTrustAll(true));
        }
        ssl.setHostnameVerificationAlgorithm("HTTPS");
        if (mysql.caFile() != null) {
            ssl.setTrustOptions(new PemTrustOptions().addCertPath(mysql.caFile().toString()));
        }
        return options.setSslMode(SslMode.VERIFY_IDENTITY).setSslOptions(ssl);
    }
}
