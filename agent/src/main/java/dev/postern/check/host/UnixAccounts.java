package dev.postern.check.host;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Users and groups of this host, from wherever it keeps them: asked of {@code id} and {@code getent}, each once. */
public final class UnixAccounts {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]*\\$?");
    private static final Pattern ID = Pattern.compile("uid=(\\d+)(?:\\(([^)]*)\\))? gid=(\\d+)\\S*(?: groups=(.*))?");
    private static final Pattern NUMBER = Pattern.compile("(?:^|,)(\\d+)");

    private final ProgramRunner programs;
    private final Map<String, Optional<UnixAccount>> known = new HashMap<>();
    private final Map<String, Optional<Integer>> groups = new HashMap<>();

    public UnixAccounts(ProgramRunner programs) {
        this.programs = programs;
    }

    /** The account that runs this. */
    public @Nullable UnixAccount self() {
        return known.computeIfAbsent("", none -> parse(programs.run("id"))).orElse(null);
    }

    /** A user by name or number; null when there is none. */
    public @Nullable UnixAccount find(String user) {
        if (!NAME.matcher(user).matches()) {
            return null;
        }
        return known.computeIfAbsent(user, name -> parse(programs.run("id", name)))
                .orElse(null);
    }

    /** A group's number, by name or number; null when there is none. */
    public @Nullable Integer group(String group) {
        if (!NAME.matcher(group).matches()) {
            return null;
        }
        return groups.computeIfAbsent(group, name -> number(programs.run("getent", "group", name)))
                .orElse(null);
    }

    /** A group's name; its number where it has none. */
    public String groupName(int gid) {
        ProgramRunner.ProgramResult getent = programs.run("getent", "group", Integer.toString(gid));
        return getent == null || getent.status() != 0
                ? Integer.toString(gid)
                : getent.out().strip().replaceFirst(":.*", "");
    }

    private static Optional<UnixAccount> parse(ProgramRunner.@Nullable ProgramResult id) {
        Matcher line = ID.matcher(id == null || id.status() != 0 ? "" : id.out().strip());
        if (!line.matches()) {
            return Optional.empty();
        }
        Set<Integer> gids = new LinkedHashSet<>();
        gids.add(Integer.valueOf(line.group(3)));
        Matcher more = NUMBER.matcher(line.group(4) == null ? "" : line.group(4));
        while (more.find()) {
            gids.add(Integer.valueOf(more.group(1)));
        }
        String name = line.group(2) == null ? line.group(1) : line.group(2);
        return Optional.of(new UnixAccount(name, Integer.parseInt(line.group(1)), gids));
    }

    private static Optional<Integer> number(ProgramRunner.@Nullable ProgramResult getent) {
        String[] fields = getent == null || getent.status() != 0
                ? new String[0]
                : getent.out().strip().split(":", -1);
        return fields.length > 2 ? Optional.of(Integer.valueOf(fields[2])) : Optional.empty();
    }
}
