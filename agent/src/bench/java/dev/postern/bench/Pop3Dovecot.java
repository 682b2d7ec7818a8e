package dev.postern.bench;

import dev.postern.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A Dovecot of its own that serves POP3 and reports logins in one way. All else is what costs least: any user with any
 * home, one password for all, passwords not hashed, login processes that are started once (Dovecot's high-performance
 * mode), no limits.
 */
final class Pop3Dovecot implements AutoCloseable {

    private final LoginSetup way;
    private final int port;
    private final BenchDovecot dovecot;

    private Pop3Dovecot(LoginSetup way, int port, BenchDovecot dovecot) {
        this.way = way;
        this.port = port;
        this.dovecot = dovecot;
    }

    static Pop3Dovecot start(Path parent, LoginSetup way) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(way.label()));
        Path mail = Files.createDirectories(directory.resolve("mail"));
        Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
        int port = Ports.free();
        BenchDovecot dovecot = BenchDovecot.start(directory, configuration(way, mail, port), () -> Ports.answers(port));
        return new Pop3Dovecot(way, port, dovecot);
    }

    /** Dovecot's log so far. */
    String log() {
        return dovecot.log();
    }

    LoginSetup way() {
        return way;
    }

    /**
     * A user logs in and out.
     *
     * @return the nanoseconds from the password until the session answers; negative when it is refused
     */
    long login(int number) throws IOException {
        try (Pop3Client client = new Pop3Client(port)) {
            return client.login(way.user(number), "secret");
        }
    }

    private static String configuration(LoginSetup way, Path mail, int port) {
        return """
                protocols = pop3
                listen = 127.0.0.1
                disable_plaintext_auth = no
                auth_mechanisms = plain
                passdb {
                  driver = static
                  args = password={PLAIN}secret
                }
                userdb {
                  driver = static
                  args = uid=65534 gid=65534 home=%s/%%n
                }
                mail_location = maildir:~/Maildir
                mail_max_userip_connections = 0
                service pop3-login {
                  service_count = 0
                  process_min_avail = 2
                  client_limit = 1000
                  inet_listener pop3 {
                    port = %d
                  }
                  inet_listener pop3s {
                    port = 0
                  }
                }
                service pop3 {
                  executable = pop3 %s
                  process_limit = 4000
                }
                """.formatted(mail, port, way.postlogin()) + way.configuration();
    }

    @Override
    public void close() {
        dovecot.close();
    }
}
