package dev.postern.check.dovecot;

import dev.postern.check.host.UnixAccount;
import dev.postern.check.host.UnixAccounts;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A Dovecot's settings, in words that are the same for both versions. */
final class DovecotConfig {

    /** {@code $default_internal_user} in 2.3, {@code $SET:default_internal_user} in 2.4. */
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:SET:)?([a-z_]+)");

    /** Defaults that 2.4 leaves out of its output. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "base_dir", "/run/dovecot",
            "default_internal_user", "dovecot",
            "default_internal_group", "dovecot");

    /** {@code proxy:idle_msecs=3000:/run/postern/dict.sock:label}. */
    private static final Pattern PROXY = Pattern.compile("proxy:(?:[a-z_]+=\\d+:)*(/[^:]*):.*");

    private final DoveconfOutput settings;
    private final UnixAccounts accounts;
    private final Path baseDirectory;

    DovecotConfig(DoveconfOutput settings, UnixAccounts accounts) {
        this.settings = settings;
        this.accounts = accounts;
        this.baseDirectory = Path.of(expanded("base_dir"));
    }

    DoveconfOutput settings() {
        return settings;
    }

    boolean is24() {
        return !settings.value("dovecot_config_version").isEmpty();
    }

    /** The folder of {@code dovecot/} that is for it. */
    String version() {
        return is24() ? "2.4" : "2.3";
    }

    Set<String> protocols() {
        return settings.list("protocols", null);
    }

    /** Mail plugins in force for a protocol: 2.3 prints all of them there, 2.4 those added to the common ones. */
    Set<String> plugins(String protocol) {
        DoveconfOutput own = settings.block("protocol " + protocol);
        return own.has("mail_plugins") || !own.value("mail_plugins").isEmpty()
                ? own.list("mail_plugins", settings)
                : settings.list("mail_plugins", null);
    }

    /** Whether some users may log in into the mailboxes of others. */
    boolean hasMasterUsers() {
        return settings.blocks("passdb").values().stream()
                .anyMatch(passdb -> passdb.value("master").equals("yes"));
    }

    DoveconfOutput service(String name) {
        return settings.block("service " + name);
    }

    /** A value with variables in it. */
    String expanded(DoveconfOutput block, String name) {
        Matcher variable = VARIABLE.matcher(block.value(name));
        return variable.replaceAll(found -> Matcher.quoteReplacement(expanded(found.group(1))));
    }

    private String expanded(String name) {
        String value = settings.value(name);
        return value.isEmpty() ? DEFAULTS.getOrDefault(name, "") : value;
    }

    /** A socket's path, which may be relative to Dovecot's own directory. */
    Path socket(String name) {
        return baseDirectory.resolve(name).normalize();
    }

    /** The name of the service that listens there; null when none does. */
    @Nullable
    String listener(Path socket) {
        for (Map.Entry<String, DoveconfOutput> service :
                settings.blocks("service").entrySet()) {
            for (String listener : service.getValue().blocks("unix_listener").keySet()) {
                if (socket(listener).equals(socket)) {
                    return service.getKey();
                }
            }
        }
        return null;
    }

    /** Where a plugin's dict goes to: a socket's path, or null when it is none that is named by a path. */
    @Nullable
    Path dict(String plugin) {
        String path = settings.block(plugin).block("dict proxy").value("socket_path");
        Matcher uri = PROXY.matcher(settings.block("plugin").value(plugin + "_dict"));
        String named = uri.matches() ? uri.group(1) : path;
        return named.startsWith("/") ? Path.of(named).normalize() : null;
    }

    /** The account of a service's processes: by name, with the groups that Dovecot gives them and no others. */
    @Nullable
    UnixAccount serviceAccount(String service) {
        DoveconfOutput block = service(service);
        String user = expanded(block, "user");
        return account(user.isEmpty() ? "root" : user, expanded(block, "group"), expanded(block, "extra_groups"));
    }

    /** The account that handles mail; null when each user has a uid of its own, or the account does not exist. */
    @Nullable
    UnixAccount mailAccount() {
        String user = settings.value("mail_uid");
        return user.isEmpty() ? null : account(user, settings.value("mail_gid"), settings.value("mail_access_groups"));
    }

    String internalGroupName() {
        return expanded("default_internal_group");
    }

    /** Null when the host does not have it. */
    @Nullable
    Integer internalGroup() {
        return accounts.group(internalGroupName());
    }

    private @Nullable UnixAccount account(String user, String group, String more) {
        UnixAccount found = accounts.find(user);
        if (found == null && !user.matches("\\d{1,9}")) {
            return null;
        }
        Set<Integer> gids = new LinkedHashSet<>();
        Integer own = group.isEmpty() ? null : accounts.group(group);
        if (own != null) {
            gids.add(own);
        } else if (found != null) {
            gids.add(found.gids().iterator().next());
        }
        for (String name : more.strip().split("[\\s,]+", -1)) {
            Integer number = name.isEmpty() ? null : accounts.group(name);
            if (number != null) {
                gids.add(number);
            }
        }
        return new UnixAccount(user, found == null ? Integer.parseInt(user) : found.uid(), gids);
    }
}
