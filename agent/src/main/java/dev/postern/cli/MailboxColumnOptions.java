package dev.postern.cli;

import dev.postern.admin.MailboxRules;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the columns of a mailbox. */
final class MailboxColumnOptions {

    @Option(names = "--surname", paramLabel = "TEXT", description = "Of the person.")
    private @Nullable String surname;

    @Option(names = "--name", paramLabel = "TEXT", description = "Of the person.")
    private @Nullable String name;

    @Option(names = "--patronym", paramLabel = "TEXT", description = "Of the person.")
    private @Nullable String patronym;

    @Option(names = "--position", paramLabel = "TEXT", description = "What the person does.")
    private @Nullable String position;

    @Option(names = "--department", paramLabel = "TEXT", description = "Where the person works.")
    private @Nullable String department;

    @Option(names = "--phones", paramLabel = "TEXT", description = "Telephone numbers.")
    private @Nullable String phones;

    @Option(names = "--ad-login", paramLabel = "TEXT", description = "The person's name in a directory.")
    private @Nullable String adLogin;

    @Option(
            names = "--max-bytes",
            paramLabel = "SIZE",
            description = "Limit of its mail: 500M, 10G, a number of bytes, or none. A new mailbox has 1G.")
    private @Nullable String maxBytes;

    @Option(
            names = "--max-messages",
            paramLabel = "N",
            description = "Limit of its messages, or none. A new mailbox has none.")
    private @Nullable String maxMessages;

    /** Those that are given, by the names of the columns. */
    Map<String, Object> columns() {
        Map<String, Object> columns = new LinkedHashMap<>();
        text(columns, "surname", surname);
        text(columns, "name", name);
        text(columns, "patronym", patronym);
        text(columns, "position", position);
        text(columns, "department", department);
        text(columns, "phones", phones);
        text(columns, "ad_login", adLogin);
        if (maxBytes != null) {
            columns.put("max_bytes", MailboxRules.bytes("--max-bytes", maxBytes));
        }
        if (maxMessages != null) {
            columns.put("max_messages", MailboxRules.messages("--max-messages", maxMessages));
        }
        return columns;
    }

    private static void text(Map<String, Object> columns, String column, @Nullable String text) {
        if (text != null) {
            columns.put(column, MailboxRules.text("--" + column.replace('_', '-'), text));
        }
    }
}
