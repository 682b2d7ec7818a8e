package dev.postern.check.postfix;

import dev.postern.check.host.ProgramRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The output of {@code postconf}, with variables expanded. */
final class PostfixConfig {

    /** The lists of restrictions, in the order in which smtpd goes through them. */
    static final List<String> LISTS = List.of(
            "smtpd_client_restrictions",
            "smtpd_helo_restrictions",
            "smtpd_sender_restrictions",
            "smtpd_relay_restrictions",
            "smtpd_recipient_restrictions",
            "smtpd_data_restrictions",
            "smtpd_end_of_data_restrictions");

    private static final List<String> OTHERS = List.of(
            "queue_directory",
            "mail_owner",
            "mynetworks",
            "mydestination",
            "recipient_delimiter",
            "smtputf8_enable",
            "virtual_alias_expansion_limit",
            "smtpd_policy_service_try_limit",
            "smtpd_policy_service_default_action",
            "virtual_mailbox_domains",
            "virtual_mailbox_maps",
            "virtual_alias_maps",
            "transport_maps",
            "sender_bcc_maps",
            "recipient_bcc_maps");

    /**
     * A service that speaks SMTP with clients.
     *
     * @param name as {@code postconf -P} has it: {@code smtp/inet}
     * @param own what master.cf sets for it alone
     */
    record SmtpdService(String name, boolean isChrooted, Map<String, String> own) {}

    private final Map<String, String> parameters;
    private final List<SmtpdService> smtpds;
    private final Set<String> services;

    private PostfixConfig(Map<String, String> parameters, List<SmtpdService> smtpds, Set<String> services) {
        this.parameters = parameters;
        this.smtpds = smtpds;
        this.services = services;
    }

    /** Asks postconf; null when this host has none. What it does not print is empty. */
    static @Nullable PostfixConfig of(ProgramRunner programs) {
        List<String> words = new ArrayList<>(List.of("-x"));
        words.addAll(LISTS);
        words.addAll(OTHERS);
        ProgramRunner.ProgramResult main = programs.run("postconf", words.toArray(String[]::new));
        if (main == null) {
            return null;
        }
        return parse(main.out(), out(programs.run("postconf", "-M")), out(programs.run("postconf", "-Px")));
    }

    /**
     * Reads what postconf prints.
     *
     * @param main parameters of main.cf
     * @param services lines of master.cf
     * @param overrides parameters of its services
     */
    static PostfixConfig parse(String main, String services, String overrides) {
        Set<String> names = services.lines()
                .map(line -> line.strip().split("\\s+", 3))
                .filter(words -> words.length > 1 && words[1].equals("unix"))
                .map(words -> words[0])
                .collect(Collectors.toSet());
        return new PostfixConfig(values(main), smtpds(services, values(overrides)), names);
    }

    private static String out(ProgramRunner.@Nullable ProgramResult ended) {
        return ended == null ? "" : ended.out();
    }

    private static Map<String, String> values(String lines) {
        Map<String, String> values = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int equals = line.indexOf(" =");
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 2).strip());
            }
        });
        return values;
    }

    /** Lines of master.cf: service, type, private, unprivileged, chroot, wakeup, limit, program. */
    private static List<SmtpdService> smtpds(String services, Map<String, String> overrides) {
        List<SmtpdService> found = new ArrayList<>();
        services.lines().map(line -> List.of(line.split("\\s+", 9))).forEach(columns -> {
            if (columns.size() > 7 && columns.get(7).equals("smtpd")) {
                String name = columns.get(0) + "/" + columns.get(1);
                Map<String, String> own = new LinkedHashMap<>();
                overrides.forEach((parameter, value) -> {
                    if (parameter.startsWith(name + "/")) {
                        own.put(parameter.substring(name.length() + 1), value);
                    }
                });
                found.add(new SmtpdService(name, columns.get(4).equals("y"), own));
            }
        });
        return found;
    }

    /** Whether master.cf has it, as a way that mail can go. */
    boolean hasTransport(String name) {
        return services.contains(name);
    }

    List<SmtpdService> smtpds() {
        return smtpds;
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    String parameter(SmtpdService smtpd, String name) {
        return smtpd.own().getOrDefault(name, parameter(name));
    }

    Path queue() {
        return Path.of(parameter("queue_directory").isEmpty() ? "/var/spool/postfix" : parameter("queue_directory"));
    }

    /** What a daemon finds under a socket's name: relative to the queue, and in a chroot below it in any case. */
    Path socket(String name, boolean isChrooted) {
        Path path = Path.of(name);
        return (path.isAbsolute() && isChrooted ? queue().resolve(name.substring(1)) : queue().resolve(path))
                .normalize();
    }
}
