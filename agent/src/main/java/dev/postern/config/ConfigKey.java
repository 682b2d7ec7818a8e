package dev.postern.config;

import org.jspecify.annotations.Nullable;

/**
 * A key of the file.
 *
 * @param fallback the default; null = none
 * @param mandatory whether it must be set wherever its section is present
 * @param secretive whether a wrong value must not be shown: a password may have strayed into it
 */
record ConfigKey<T>(
        String section,
        String name,
        ValueType<T> form,
        @Nullable T fallback,
        boolean mandatory,
        boolean secretive) {

    static <T> ConfigKey<T> withDefault(String section, String name, ValueType<T> form, T fallback) {
        return new ConfigKey<>(section, name, form, fallback, false, false);
    }

    static <T> ConfigKey<T> mandatory(String section, String name, ValueType<T> form) {
        return new ConfigKey<>(section, name, form, null, true, false);
    }

    static <T> ConfigKey<T> optional(String section, String name, ValueType<T> form) {
        return new ConfigKey<>(section, name, form, null, false, false);
    }

    ConfigKey<T> hidden() {
        return new ConfigKey<>(section, name, form, fallback, mandatory, true);
    }

    /** As problems name it. */
    String path() {
        return section + "." + name;
    }
}
