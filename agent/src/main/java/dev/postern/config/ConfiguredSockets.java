package dev.postern.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sockets that the configuration has the agent listen on, in the file's order. */
public final class ConfiguredSockets {

    private ConfiguredSockets() {}

    /** By their keys. */
    public static Map<String, Path> of(AgentConfig config) {
        Map<String, Path> sockets = new LinkedHashMap<>();
        put(
                sockets,
                "events.socket",
                config.events() == null ? null : config.events().socket());
        put(sockets, "dict.socket", config.dict() == null ? null : config.dict().socket());
        if (config.postlogin() != null) {
            config.postlogin().sockets().forEach((service, socket) -> sockets.put("postlogin." + service, socket));
        }
        if (config.warning() != null) {
            put(sockets, "warning.quota", config.warning().quota());
            put(sockets, "warning.over", config.warning().over());
        }
        put(
                sockets,
                "socketmap.socket",
                config.socketmap() == null ? null : config.socketmap().socket());
        put(
                sockets,
                "policy.socket",
                config.policy() == null ? null : config.policy().socket());
        put(sockets, "http.socket", config.http() == null ? null : config.http().socket());
        return sockets;
    }

    /** The groups that they are given, by section. */
    public static Map<String, String> groups(AgentConfig config) {
        Map<String, String> groups = new LinkedHashMap<>();
        put(groups, "events", config.events() == null ? null : config.events().group());
        put(groups, "dict", config.dict() == null ? null : config.dict().group());
        put(
                groups,
                "warning",
                config.warning() == null ? null : config.warning().group());
        put(
                groups,
                "socketmap",
                config.socketmap() == null ? null : config.socketmap().group());
        put(groups, "policy", config.policy() == null ? null : config.policy().group());
        put(groups, "http", config.http() == null ? null : config.http().group());
        return groups;
    }

    private static <T> void put(Map<String, T> map, String key, @Nullable T value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
