package dev.postern.bench;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All benches' rows in one file, one table and one drawing. A row stays in the file until it is measured again, so that
 * benches can be run one at a time, and one that fails takes nothing of the others with it.
 */
final class BenchReport {

    private static final Path FILE = Path.of("target", "bench", "figures.csv");
    private static final CsvMapper CSV = new CsvMapper();
    private static final CsvSchema COLUMNS = CSV.schemaFor(ReportRow.class).withHeader();

    private BenchReport() {}

    /** Replaces an earlier one about the same. */
    static void add(ReportRow row) throws IOException {
        add(FILE, row);
    }

    static void add(Path file, ReportRow row) throws IOException {
        List<ReportRow> rows = new ArrayList<>(read(file));
        int place = 0;
        while (place < rows.size() && !rows.get(place).isAbout(row)) {
            place++;
        }
        if (place < rows.size()) {
            rows.set(place, row);
        } else {
            rows.add(row);
        }
        rows.sort(Comparator.comparing(ReportRow::topic));
        Files.createDirectories(file.getParent());
        ObjectWriter writer = CSV.writer(COLUMNS);
        Files.writeString(file, writer.writeValueAsString(rows));
    }

    /** Reads such a file; empty when there is none. */
    static List<ReportRow> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        ObjectReader reader = CSV.readerFor(ReportRow.class).with(COLUMNS);
        try (MappingIterator<ReportRow> rows = reader.readValues(Files.readString(file))) {
            return rows.readAll();
        }
    }

    /** A table that can be read as it is, and by whatever reads Markdown. */
    static String table(List<ReportRow> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("what", "ours", "beside", "theirs", "figure (extremes)", "goal", "", "bounded by"));
        for (ReportRow row : rows) {
            cells.add(List.of(
                    row.what(),
                    row.ours(),
                    row.beside(),
                    row.theirs(),
                    row.said(),
                    row.goal(),
                    row.verdict(),
                    row.bound()));
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : cells) {
            text.append('|');
            for (int column = 0; column < line.size(); column++) {
                text.append(' ').append(line.get(column));
                text.append(" ".repeat(width(cells, column) - line.get(column).length()))
                        .append(" |");
            }
            text.append('\n');
            if (line == cells.get(0)) {
                text.append("|---".repeat(line.size())).append("|\n");
            }
        }
        return text.toString();
    }

    private static int width(List<List<String>> cells, int column) {
        return cells.stream().mapToInt(line -> line.get(column).length()).max().orElseThrow();
    }

    /**
     * Prints the table and makes the drawing.
     *
     * @param args a file of rows, and where the drawing goes
     */
    public static void main(String[] args) throws IOException {
        List<ReportRow> rows = read(Path.of(args[0]));
        if (!rows.isEmpty()) {
            System.out.println();
            System.out.println(table(rows));
            Files.writeString(Path.of(args[1]), ReportChart.of(rows));
        }
    }
}
