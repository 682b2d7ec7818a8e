package dev.postern.schema;

import java.util.List;
import java.util.Map;

/** What a database made by the seed's statements has: {@code schema/V1__seed.sql}. */
final class SeedTables {

    static final Map<String, List<String>> COLUMNS = Map.of(
            "user",
            List.of(
                    "id",
                    "active",
                    "email",
                    "password",
                    "surname",
                    "name",
                    "patronym",
                    "lastip",
                    "lasttime",
                    "bytes",
                    "messages",
                    "max_bytes",
                    "max_messages"),
            "subscription",
            List.of("id", "direction", "email", "recipient"),
            "domain",
            List.of("id", "domain", "transport"));

    private SeedTables() {}
}
