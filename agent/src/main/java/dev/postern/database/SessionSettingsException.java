package dev.postern.database;

/** The server did not take a setting over that statements rely on: something between it and this agent has kept it. */
final class SessionSettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    SessionSettingsException(String name, String value) {
        super(
                "the server answers " + name + " = " + value + " after it was set: is there a proxy between?",
                null,
                false,
                false);
    }
}
