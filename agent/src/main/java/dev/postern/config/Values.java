package dev.postern.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every key's value and who has set it, each of its own type. */
final class Values {

    /** A value as it was read. */
    record Held<T>(T value, Origin origin) {}

    private final Map<Key<?>, Held<?>> values = new LinkedHashMap<>();

    <T> void put(Key<T> key, T value, Origin origin) {
        values.put(key, new Held<>(value, origin));
    }

    /** Null when there is none. */
    @SuppressWarnings("unchecked") // put() takes only what belongs together
    <T> @Nullable Held<T> held(Key<T> key) {
        return (Held<T>) values.get(key);
    }

    <T> @Nullable T find(Key<T> key) {
        Held<T> held = held(key);
        return held == null ? null : held.value();
    }

    /** One that has a default, or was found to be there. */
    <T> T get(Key<T> key) {
        T value = find(key);
        if (value == null) {
            throw new IllegalStateException(key.path() + " without a value");
        }
        return value;
    }
}
