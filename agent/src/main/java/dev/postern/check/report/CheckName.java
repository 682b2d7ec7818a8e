package dev.postern.check.report;

/** What is looked at, by the words under which scripts know it: {@code docs/CHECK.md}. */
public enum CheckName {
    CONFIG("config"),
    FILES("files"),
    MYSQL("mysql"),
    GRANTS("grants"),
    COLUMNS("columns"),
    NAMES("names"),
    INDEXES("indexes"),
    CLOCK("clock"),
    LOGINS("logins"),
    FIGURES("figures"),
    SOCKETS("sockets"),
    AGENT("agent"),
    HTTP("http"),
    RELAY("relay"),
    QUOTA("quota"),
    POLICY("policy"),
    TABLES("tables"),
    LOGIN("login");

    private final String word;

    CheckName(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
