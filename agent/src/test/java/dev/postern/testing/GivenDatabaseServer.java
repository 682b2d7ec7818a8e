package dev.postern.testing;

import java.nio.file.Path;

/**
 * A server that the environment names: {@code POSTERN_TEST_MYSQL_HOST}, {@code _PORT}, {@code _SOCKET} (may be left
 * out), {@code _USER}, {@code _PASSWORD}; {@code _OWN=1} declares that it is for the tests
 * alone.
 */
record GivenDatabaseServer(String host, int port, Path socket, String user, String password, boolean isOurs)
        implements DatabaseServer {

    static boolean isThere() {
        return System.getenv("POSTERN_TEST_MYSQL_HOST") != null;
    }

    static GivenDatabaseServer fromEnvironment() {
        var env = System.getenv();
        return new GivenDatabaseServer(
                env.get("POSTERN_TEST_MYSQL_HOST"),
                Integer.parseInt(env.getOrDefault("POSTERN_TEST_MYSQL_PORT", "3306")),
                env.containsKey("POSTERN_TEST_MYSQL_SOCKET") ? Path.of(env.get("POSTERN_TEST_MYSQL_SOCKET")) : null,
                env.getOrDefault("POSTERN_TEST_MYSQL_USER", "root"),
                env.getOrDefault("POSTERN_TEST_MYSQL_PASSWORD", ""),
                "1".equals(env.get("POSTERN_TEST_MYSQL_OWN")));
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "the database at " + host + ":" + port;
    }
}
