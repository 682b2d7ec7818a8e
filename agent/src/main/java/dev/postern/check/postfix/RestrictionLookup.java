package dev.postern.check.postfix;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of our questions in a list of restrictions.
 *
 * @param kind what is asked
 * @param at which word of the list asks it
 * @param socket the agent's, as the list names it; null = a table in MySQL
 * @param isProxied whether proxymap asks in smtpd's place
 * @param attributes of a policy service; null = a table is asked
 */
record RestrictionLookup(
        RestrictionKind kind,
        int at,
        @Nullable String socket,
        boolean isProxied,
        @Nullable Map<String, String> attributes) {

    /** What Postfix may ask. */
    enum RestrictionKind {
        LOGIN("for recent logins"),
        QUOTA("for full mailboxes"),
        SIZE("whether the message fits");

        final String words;

        RestrictionKind(String words) {
            this.words = words;
        }
    }

    private static final Pattern SOCKETMAP =
            Pattern.compile(".*socketmap:unix:([^\\s,{}]+):(pop-before-smtp|quota)\\b.*");
    private static final Pattern MYSQL = Pattern.compile(".*mysql:\\S*/(pop-before-smtp|quota)\\.cf\\b.*");

    /** The question that the word at this place asks, or null. */
    static @Nullable RestrictionLookup at(List<String> list, int at) {
        String word = list.get(at);
        if (at + 1 == list.size()) {
            return null;
        }
        String what = list.get(at + 1);
        if (word.equals("check_policy_service")) {
            return policy(at, ConfigWords.of(ConfigWords.inside(what)));
        }
        return word.startsWith("check_") && word.endsWith("_access") ? table(at, what) : null;
    }

    /** The question that a table answers, or null. */
    static @Nullable RestrictionLookup table(int at, String table) {
        Matcher socketmap = SOCKETMAP.matcher(table);
        Matcher mysql = MYSQL.matcher(table);
        if (socketmap.matches()) {
            return new RestrictionLookup(
                    kind(socketmap.group(2)), at, socketmap.group(1), table.startsWith("proxy:"), null);
        }
        return mysql.matches() ? new RestrictionLookup(kind(mysql.group(1)), at, null, false, null) : null;
    }

    private static @Nullable RestrictionLookup policy(int at, List<String> words) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String word : words) {
            String[] pair = ConfigWords.inside(word).split("\\s*=\\s*", 2);
            if (pair.length == 2) {
                attributes.put(pair[0], pair[1]);
            }
        }
        String endpoint = words.isEmpty() ? "" : words.get(0);
        String context = attributes.getOrDefault("policy_context", "");
        boolean ours = endpoint.startsWith("unix:")
                && (endpoint.endsWith("postern/policy")
                        || List.of("pop-before-smtp", "quota", "quota-eod").contains(context));
        return ours
                ? new RestrictionLookup(kind(context), at, endpoint.substring("unix:".length()), false, attributes)
                : null;
    }

    private static RestrictionKind kind(String name) {
        return switch (name) {
            case "pop-before-smtp" -> RestrictionKind.LOGIN;
            case "quota-eod" -> RestrictionKind.SIZE;
            default -> RestrictionKind.QUOTA;
        };
    }

    String attribute(String name) {
        return attributes == null ? "" : attributes.getOrDefault(name, "");
    }
}
