package dev.postern.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code openapi.yaml}: its text, which is served, and what the router is built from.
 *
 * @param text as it stands in the file
 */
record OpenApiDocument(Buffer text, OpenAPIContract parsed) {

    private static final String RESOURCE = "/openapi.yaml";

    /**
     * Of what answers are, the library knows these and refuses a document with others; it checks requests alone here.
     */
    private static final Set<String> KNOWN_MEDIA = Set.of("application/json", "text/plain");

    /** Reads and checks the document, which takes a moment: not on the event loop. */
    static Future<OpenApiDocument> load(Vertx vertx) {
        return vertx.executeBlocking(() -> OpenApiText.of(read()), false)
                .compose(document -> OpenAPIContract.from(vertx, document.tree())
                        .map(parsed -> new OpenApiDocument(document.text(), parsed)));
    }

    /** @param tree without answers that the library does not know */
    private record OpenApiText(Buffer text, JsonObject tree) {
        static OpenApiText of(Buffer text) {
            Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(text.toString());
            JsonObject tree = new JsonObject(yaml);
            withoutUnknownMedia(tree);
            return new OpenApiText(text, tree);
        }
    }

    private static Buffer read() {
        try (InputStream in = OpenApiDocument.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no " + RESOURCE + " in this program");
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void withoutUnknownMedia(Object node) {
        if (node instanceof JsonObject object) {
            if (object.getValue("content") instanceof JsonObject content) {
                content.fieldNames().retainAll(KNOWN_MEDIA);
            }
            List.copyOf(object.fieldNames()).forEach(name -> withoutUnknownMedia(object.getValue(name)));
        } else if (node instanceof JsonArray array) {
            array.forEach(OpenApiDocument::withoutUnknownMedia);
        }
    }
}
