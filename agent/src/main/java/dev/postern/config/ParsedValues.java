package dev.postern.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every key's value and its origin, each of its own type. */
final class ParsedValues {

    /** A value as it was read. */
    record Sourced<T>(T value, ValueOrigin origin) {}

    private final Map<ConfigKey<?>, Sourced<?>> values = new LinkedHashMap<>();

    <T> void put(ConfigKey<T> key, T value, ValueOrigin origin) {
        values.put(key, new Sourced<>(value, origin));
    }

    /** Null when there is none. */
    @SuppressWarnings("unchecked") // put() takes only what belongs together
    <T> @Nullable Sourced<T> sourced(ConfigKey<T> key) {
        return (Sourced<T>) values.get(key);
    }

    <T> @Nullable T find(ConfigKey<T> key) {
        Sourced<T> held = sourced(key);
        return held == null ? null : held.value();
    }

    /** One that has a default, or was found to be there. */
    <T> T get(ConfigKey<T> key) {
        T value = find(key);
        if (value == null) {
            throw new IllegalStateException(key.path() + " without a value");
        }
        return value;
    }
}
