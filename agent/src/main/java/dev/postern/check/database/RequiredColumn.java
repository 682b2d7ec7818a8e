package dev.postern.check.database;

import java.util.List;
import java.util.Map;

/**
 * A column that the agent writes to, or reads and cannot do without.
 *
 * @param kind as information_schema calls its type; empty = any
 * @param least characters, or digits of a second; 0 = any
 * @param type what makes it fit, as ALTER TABLE … MODIFY wants it
 */
record RequiredColumn(String table, String name, String kind, int least, String type) {

    static final List<RequiredColumn> ALL = List.of(
            // An IPv6 address with an IPv4 one inside has 45 characters.
            new RequiredColumn("user", "lastip", "", 45, "varchar(45) CHARACTER SET ascii DEFAULT NULL"),
            new RequiredColumn("user", "lasttime", "datetime", 6, "datetime(6) DEFAULT NULL"),
            new RequiredColumn("user", "bytes", "bigint", 0, "bigint DEFAULT NULL"),
            new RequiredColumn("user", "messages", "bigint", 0, "bigint DEFAULT NULL"),
            new RequiredColumn("user", "max_bytes", "bigint", 0, "bigint unsigned NOT NULL DEFAULT 1073741824"),
            new RequiredColumn("user", "over_quota", "", 0, ""),
            new RequiredColumn("postern_checkpoint", "agent", "", 64, "varchar(64) NOT NULL"),
            new RequiredColumn("postern_checkpoint", "batch", "bigint", 0, "bigint unsigned NOT NULL"),
            new RequiredColumn("postern_checkpoint", "written", "datetime", 6, "datetime(6) NOT NULL"));

    String path() {
        return table + "." + name;
    }

    /** Whether the server's row of information_schema.columns is good enough. */
    boolean fits(Map<String, String> row) {
        String size = row.getOrDefault("size", "");
        return (kind.isEmpty() || kind.equals(row.get("kind")))
                && (least == 0 || (!size.isEmpty() && Long.parseLong(size) >= least));
    }
}
