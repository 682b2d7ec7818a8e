package dev.postern.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.config.PrintableText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Items as they come: JSON as it is, one document of a whole list; fields with TAB between them; or a table. A table is
 * laid out by its first rows, and fits the terminal if there is one: its first column gives way, then the last ones go.
 */
final class TablePrinter implements Consumer<String> {

    private static final int LAYOUT_ROWS = 1000;
    private static final int MAX_LINE = 1000;
    private static final int NARROWEST = 24;
    private static final String GAP = "  ";

    /**
     * A column.
     *
     * @param name the API's, which is the database's
     * @param kind how people read it
     */
    record TableColumn(String name, ColumnKind kind) {

        /** What a column holds. */
        enum ColumnKind {
            WORD,
            /** To the second. */
            TIME,
            /** In KiB, MiB and so on. */
            SIZE
        }

        static TableColumn of(String name) {
            return new TableColumn(name, ColumnKind.WORD);
        }

        static TableColumn time(String name) {
            return new TableColumn(name, ColumnKind.TIME);
        }

        static TableColumn size(String name) {
            return new TableColumn(name, ColumnKind.SIZE);
        }

        String exact(JsonNode item) {
            JsonNode value = item.path(name);
            return value.isNull() ? "" : PrintableText.of(value.asText(""), MAX_LINE);
        }

        String forPeople(JsonNode item) {
            return switch (kind) {
                case WORD -> exact(item);
                case TIME -> exact(item).replaceFirst("\\.\\d+Z$", "Z");
                case SIZE -> item.path(name).isNumber() ? human(item.path(name).asLong()) : exact(item);
            };
        }

        private static String human(long bytes) {
            String units = "KMGTPE";
            double value = bytes;
            int unit = -1;
            while (Math.abs(value) >= 1024 && unit < units.length() - 1) {
                value /= 1024;
                unit++;
            }
            return unit < 0
                    ? Long.toString(bytes)
                    : String.format(Locale.ROOT, value < 10 ? "%.1f%s" : "%.0f%s", value, units.charAt(unit));
        }
    }

    private final List<TableColumn> columns;
    private final ApiOptions.OutputFormat format;
    private final int width;
    private final PrintWriter out;
    private final List<List<String>> first = new ArrayList<>();
    private List<Integer> widths = List.of();
    private String before = "";

    /**
     * Prints nothing yet.
     *
     * @param width of the terminal; 0 = there is none
     */
    TablePrinter(List<TableColumn> columns, ApiOptions.OutputFormat format, int width, PrintWriter out) {
        this.columns = columns;
        this.format = format;
        this.width = width;
        this.out = out;
    }

    /**
     * A list begins.
     *
     * @param members of the document beside its items, each with a comma behind it
     */
    void begin(String members) {
        if (format == ApiOptions.OutputFormat.JSON) {
            out.print("{" + JsonText.printable(members) + "\"items\":[");
            before = "\n";
        }
    }

    /** Ends a complete table. One that breaks off stays open, so that it is not taken for complete. */
    void complete() {
        if (format == ApiOptions.OutputFormat.JSON) {
            out.println(before.equals(",\n") ? "\n]}" : "]}");
        }
    }

    /** One item, as a line of JSON. */
    @Override
    public void accept(String line) {
        switch (format) {
            case JSON -> json(JsonText.printable(line));
            case TAB ->
                out.println(columns.stream()
                        .map(column -> column.exact(JsonText.read(line)))
                        .collect(Collectors.joining("\t")));
            case TABLE ->
                row(columns.stream()
                        .map(column -> column.forPeople(JsonText.read(line)))
                        .toList());
        }
    }

    private void json(String item) {
        if (before.isEmpty()) {
            out.println(item);
        } else {
            out.print(before + item);
            before = ",\n";
        }
    }

    private void row(List<String> cells) {
        if (!widths.isEmpty()) {
            print(cells);
            return;
        }
        first.add(cells);
        if (first.size() == LAYOUT_ROWS) {
            layOut();
        }
    }

    /** What is still held back. */
    void end() {
        if (format == ApiOptions.OutputFormat.TABLE && widths.isEmpty() && !first.isEmpty()) {
            layOut();
        }
        out.flush();
    }

    private void layOut() {
        List<String> head = columns.stream().map(TableColumn::name).toList();
        widths = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            int widest = first.stream()
                    .mapToInt(cells -> cells.get(column).length())
                    .max()
                    .orElse(0);
            widths.add(Math.max(head.get(i).length(), widest));
        }
        while (width > 0 && widths.size() > 1 && narrowest() > width) {
            widths.remove(widths.size() - 1);
        }
        if (width > 0) {
            widths.set(0, Math.min(widths.get(0), Math.max(NARROWEST, width - others())));
        }
        print(head);
        first.forEach(this::print);
        first.clear();
    }

    private int narrowest() {
        return Math.min(NARROWEST, widths.get(0)) + others();
    }

    /** What all but the first column take. */
    private int others() {
        return widths.stream().skip(1).mapToInt(other -> other + GAP.length()).sum();
    }

    private void print(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.size(); i++) {
            String cell = cells.get(i);
            int room = widths.get(i);
            String shown = cell.length() > room && i == 0 ? cell.substring(0, room - 1) + "…" : cell;
            String blank = " ".repeat(Math.max(0, room - shown.length()));
            line.append(i == 0 ? "" : GAP)
                    .append(columns.get(i).kind() == TableColumn.ColumnKind.SIZE ? blank + shown : shown + blank);
        }
        out.println(line.toString().stripTrailing());
    }
}
