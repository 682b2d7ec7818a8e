package dev.postern.testing;

/** Which database server the tests run on. */
final class DatabaseServers {

    private DatabaseServers() {}

    static DatabaseServer take() {
        DatabaseServer server = choose(System.getenv().getOrDefault("POSTERN_TEST_DATABASE", ""));
        System.err.println("*** database tests run on " + server + " ***");
        return server;
    }

    private static DatabaseServer choose(String forced) {
        if (forced.equals("environment") || (forced.isEmpty() && GivenDatabaseServer.isThere())) {
            return GivenDatabaseServer.fromEnvironment();
        }
        return LocalDatabaseServer.start();
    }
}
