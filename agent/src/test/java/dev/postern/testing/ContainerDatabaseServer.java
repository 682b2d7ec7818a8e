package dev.postern.testing;

import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A MariaDB from Testcontainers; {@code POSTERN_TEST_IMAGE} may name another image than the well-known one. */
final class ContainerDatabaseServer implements DatabaseServer {

    private static final int PORT = 3306;
    private static final String PASSWORD = "root-secret";

    private final GenericContainer<?> container;

    private ContainerDatabaseServer(GenericContainer<?> container) {
        this.container = container;
    }

    /** Whether a Docker engine answers. */
    static boolean isThere() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @SuppressWarnings("resource") // Closed with this.
    static ContainerDatabaseServer start() {
        String image = System.getenv().getOrDefault("POSTERN_TEST_IMAGE", "mariadb:10.11");
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv("MARIADB_ROOT_PASSWORD", PASSWORD)
                .withEnv("MARIADB_ROOT_HOST", "%")
                // Names of container networks do not resolve, and every connection would wait for that.
                .withCommand("--skip-name-resolve")
                .withExposedPorts(PORT)
                .waitingFor(Wait.forListeningPort())
                .withStartupTimeout(Duration.ofMinutes(2));
        container.start();
        ContainerDatabaseServer server = new ContainerDatabaseServer(container);
        Await.until(server::answers, Duration.ofMinutes(1), container::getLogs);
        return server;
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.getMappedPort(PORT);
    }

    @Override
    public Path socket() {
        return null;
    }

    @Override
    public String clientHost() {
        return "%";
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    @Override
    public void close() {
        container.stop();
    }

    @Override
    public String toString() {
        return container.getDockerImageName() + " in a container";
    }
}
