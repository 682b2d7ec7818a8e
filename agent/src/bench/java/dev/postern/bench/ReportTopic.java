package dev.postern.bench;

/** What a row of the report is about; the report has them in this order. */
enum ReportTopic {
    LOGINS("POP3 logins on a real Dovecot"),
    WAITING("What a login waits for while the agent is not well"),
    DICT("Dovecot's dict protocol"),
    EVENTS("Events into the database"),
    LOOKUPS("Postfix's lookups"),
    RECIPIENTS("Recipients through a real smtpd"),
    FRESHNESS("From an event to its effect"),
    GROWTH("With more mailboxes"),
    SOAK("For a long time, with outages of the database"),
    START("Start and memory"),
    HTTP("HTTP");

    private final String title;

    ReportTopic(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
