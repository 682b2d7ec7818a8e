package dev.postern.model;

import java.util.Locale;

/** What an {@link Event} is about. */
public enum EventKind {
    LOGIN,
    QUOTA;

    /** As metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
