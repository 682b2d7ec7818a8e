package dev.postern.database;

import dev.postern.config.AgentConfig;
import dev.postern.config.PasswordFile;
import dev.postern.files.FileProbe;
import dev.postern.files.FileWorker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connection options from the configuration's {@code [mysql]}, with the password that its file holds now. */
final class MysqlOptions {

    private record LoginSecrets(
            PasswordFile.PasswordResult password, @Nullable Buffer publicKey) {}

    /**
     * What the last reading gave is used in place of a file whose disk does not answer by then; part of a connection's
     * time.
     */
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final FileProbe<LoginSecrets> file;
    private final AgentConfig.MysqlSection mysql;
    private String password;
    private @Nullable Buffer publicKey;

    /**
     * Reads no file yet.
     *
     * @param password as it was read at the start
     */
    MysqlOptions(FileWorker worker, AgentConfig.MysqlSection mysql, String password) {
        this.file = new FileProbe<>(worker, TIMEOUT, () -> secrets(mysql));
        this.mysql = mysql;
        this.password = password;
    }

    /** For one connection. If the file cannot be read, the password stays as it was, and the server decides. */
    Future<MySQLConnectOptions> options() {
        if (mysql.passwordFile() == null && mysql.serverPublicKeyFile() == null) {
            return Future.succeededFuture(options(password));
        }
        return file.ask()
                .onSuccess(read -> {
                    password = read.password() instanceof PasswordFile.Password now ? now.text() : password;
                    publicKey = read.publicKey();
                })
                .transform(read -> Future.succeededFuture(options(password)));
    }

    private static LoginSecrets secrets(AgentConfig.MysqlSection mysql) throws IOException {
        Path key = mysql.serverPublicKeyFile();
        return new LoginSecrets(
                PasswordFile.read("mysql.password_file", mysql.passwordFile()),
                key == null ? null : Buffer.buffer(Files.readAllBytes(key)));
    }

    private MySQLConnectOptions options(String password) {
        MySQLConnectOptions options = new MySQLConnectOptions()
                .setHost(mysql.socket() == null ? mysql.host() : mysql.socket().toString())
                .setPort(mysql.port())
                .setDatabase(mysql.database())
                .setUser(mysql.user())
                .setPassword(password)
                .setCollation("utf8mb4_general_ci")
                .setSslMode(SslMode.DISABLED)
                .setReconnectAttempts(0)
                .setPipeliningLimit(8);
        if (publicKey != null) {
            options.setServerRsaPublicKeyValue(publicKey);
        }
        return mysql.tls() == AgentConfig.TlsMode.OFF ? options : secured(options, mysql);
    }

    private static MySQLConnectOptions secured(MySQLConnectOptions options, AgentConfig.MysqlSection mysql) {
        ClientSSLOptions ssl = new ClientSSLOptions();
        if (mysql.tls() == AgentConfig.TlsMode.REQUIRED) {
            return options.setSslMode(SslMode.REQUIRED).setSslOptions(ssl.setTrustAll(true));
        }
        ssl.setHostnameVerificationAlgorithm("HTTPS");
        if (mysql.caFile() != null) {
            ssl.setTrustOptions(new PemTrustOptions().addCertPath(mysql.caFile().toString()));
        }
        return options.setSslMode(SslMode.VERIFY_IDENTITY).setSslOptions(ssl);
    }
}
