package dev.postern.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** SIGHUP, by which administrators have a daemon read its configuration again. */
final class Hangup {

    private Hangup() {}

    /**
     * Calls this back at each SIGHUP, on a thread of its own; in place of the end that it means otherwise.
     *
     * @return false where this Java has no way to be told of signals
     */
    static boolean handle(Runnable action) {
        try {
            // By name: the compiler takes the one class that there is for this for a mistake.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
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
