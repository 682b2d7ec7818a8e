package dev.postern.testing;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class a {@link LocalDatabaseServer} of its own, to be stopped, frozen and killed, and ends it with the
 * class. By a parameter of {@code @BeforeAll}.
 */
public final class OwnDatabaseServer implements BeforeAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(OwnDatabaseServer.class);

    /** Here and not when it is asked for: a missing program is reported for the whole class. */
    @Override
    public void beforeAll(ExtensionContext context) {
        if (!LocalDatabaseServer.isThere()) {
            RealServers.missing("a database server to stop and start");
        }
        context.getStore(NAMESPACE).put("server", LocalDatabaseServer.start());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalDatabaseServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).get("server", LocalDatabaseServer.class);
    }
}
