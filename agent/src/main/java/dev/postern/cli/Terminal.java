package dev.postern.cli;

import java.util.Map;

/** The terminal that output goes to. Java 17 does not know its width: the launcher passes it. */
final class Terminal {

    private Terminal() {}

    /** Its width; 0 when there is none. */
    static int width(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : 0;
    }
}
