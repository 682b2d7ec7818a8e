package dev.postern.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records into bytes: the components' names are the document's, in snake case. */
final class ItemRenderer {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private static final ObjectWriter LINES = JSON.writer().withRootValueSeparator("\n");

    private static final CsvMapper CSV = CsvMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(CsvGenerator.Feature.ALWAYS_QUOTE_STRINGS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private ItemRenderer() {}

    static Buffer json(@Nullable Object value) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no record of ours", e);
        }
    }

    /**
     * Part of a list in a format that can be cut anywhere.
     *
     * @param first whether it begins here
     */
    static Buffer lines(
            ExportFormat format, Class<? extends ApiItem> type, List<? extends ApiItem> items, boolean first) {
        try {
            return Buffer.buffer(
                    switch (format) {
                        case CSV -> csv(type, items, first);
                        case NDJSON -> ndjson(items);
                        case JSON -> array(items, first);
                    });
        } catch (IOException e) {
            throw new IllegalStateException("no record of ours", e);
        }
    }

    private static String ndjson(List<? extends ApiItem> items) throws JsonProcessingException {
        StringBuilder lines = new StringBuilder();
        for (ApiItem item : items) {
            lines.append(LINES.writeValueAsString(item)).append('\n');
        }
        return lines.toString();
    }

    /** Elements, without the brackets. */
    private static String array(List<? extends ApiItem> items, boolean first) throws JsonProcessingException {
        String elements = JSON.writeValueAsString(items);
        String inside = elements.substring(1, elements.length() - 1);
        return first || inside.isEmpty() ? inside : "," + inside;
    }

    /** RFC 4180. */
    private static String csv(Class<? extends ApiItem> type, List<? extends ApiItem> items, boolean first)
            throws IOException {
        CsvSchema schema = CSV.schemaFor(type).withLineSeparator("\r\n");
        String head = first ? String.join(",", schema.getColumnNames()) + "\r\n" : "";
        if (items.isEmpty()) {
            return head;
        }
        List<ApiItem> harmless = items.stream().map(ApiItem::forSpreadsheet).toList();
        JavaType rows = CSV.getTypeFactory().constructCollectionType(List.class, type);
        return head + CSV.writer(schema).forType(rows).writeValueAsString(harmless);
    }
}
