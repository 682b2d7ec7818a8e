package dev.postern.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Handles Unix signals in place of the Java runtime, whose answer to most of them is to end the process. */
public final class SignalHandler {

    private SignalHandler() {}

    /**
     * Calls this back at each of these signals, on a thread of its own.
     *
     * @param name without {@code SIG}
     * @return false where this Java does not report signals
     */
    public static boolean handle(String name, Runnable action) {
        try {
            // By name: the compiler warns of the one class that there is for this.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
            return true;
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException none) {
            return false;
        }
    }
}
