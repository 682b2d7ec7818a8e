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

    /** As {@code id} and {@code getent} write it; the numbers have 32 bits, without a sign. */
    private static final String DECIMAL = "(0|[1-9]\\d{0,9})";

    private static final Pattern ID = Pattern.compile(
            "uid=" + DECIMAL + "(?:\\(([^)]*)\\))? gid=" + DECIMAL + "(?:\\([^)]*\\))?(?: groups=(.*))?");
    private static final Pattern NUMBER = Pattern.compile("(?:^|,)" + DECIMAL + "(?!\\d)");
    private static final Pattern GROUP = Pattern.compile("[^:]*:[^:]*:" + DECIMAL + "(?::.*)?");
    private static final long MAX_NUMBER = 0xffff_ffffL;

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
        return Optional.ofNullable(id == null || id.status() != 0 ? null : account(id.out()));
    }

    /** What {@code id} prints; null for anything else. */
    static @Nullable UnixAccount account(String printed) {
        Matcher line = ID.matcher(printed.strip());
        if (!line.matches() || !isNumber(line.group(1)) || !isNumber(line.group(3))) {
            return null;
        }
        Set<Integer> gids = new LinkedHashSet<>();
        gids.add(Integer.parseUnsignedInt(line.group(3)));
        Matcher more = NUMBER.matcher(line.group(4) == null ? "" : line.group(4));
        while (more.find()) {
            if (isNumber(more.group(1))) {
                gids.add(Integer.parseUnsignedInt(more.group(1)));
            }
        }
        String name = line.group(2) == null ? line.group(1) : line.group(2);
        return new UnixAccount(name, Integer.parseUnsignedInt(line.group(1)), gids);
    }

    private static Optional<Integer> number(ProgramRunner.@Nullable ProgramResult getent) {
        return Optional.ofNullable(getent == null || getent.status() != 0 ? null : groupNumber(getent.out()));
    }

    /** The number in what {@code getent group} prints; null for anything else. */
    static @Nullable Integer groupNumber(String printed) {
        Matcher line = GROUP.matcher(printed.strip());
        return line.matches() && isNumber(line.group(1)) ? Integer.parseUnsignedInt(line.group(1)) : null;
    }

    private static boolean isNumber(String decimal) {
        return Long.parseLong(decimal) <= MAX_NUMBER;
    }
}
