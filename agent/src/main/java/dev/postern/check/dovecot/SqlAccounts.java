package dev.postern.check.dovecot;

import dev.postern.check.database.OtherAccountsCheck;
import dev.postern.check.host.FileAccess;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The account by which Dovecot asks the agent's database for passwords and users: in 2.3 from a file that {@code args}
 * names, in 2.4 from blocks {@code mysql}, whose passwords doveconf prints only with {@code -P}.
 */
final class SqlAccounts {

    private static final String PROGRAM = "dovecot";

    /** Where the READMEs have the file with the account. */
    private static final String SHIPPED = "/etc/dovecot/postern-sql.conf.ext";

    /** Of the file: what to connect with, on one line or several. */
    private static final Pattern CONNECT = Pattern.compile("(?m)^\\s*connect\\s*=\\s*(.*)$");

    private static final Pattern CONTINUED = Pattern.compile("\\\\\r?\n");

    /** Bytes. */
    private static final long MAX_BYTES = 1 << 20;

    private final DovecotConfig dovecot;
    private final ProgramRunner programs;
    private final AgentConfig.MysqlSection ours;
    private final OtherAccountsCheck accounts;
    private final CheckReport report;

    SqlAccounts(
            DovecotConfig dovecot,
            ProgramRunner programs,
            AgentConfig.MysqlSection ours,
            OtherAccountsCheck accounts,
            CheckReport report) {
        this.dovecot = dovecot;
        this.programs = programs;
        this.ours = ours;
        this.accounts = accounts;
        this.report = report;
    }

    void gather() {
        List<DoveconfOutput> databases = databases(dovecot.settings());
        if (databases.isEmpty()) {
            return;
        }
        if (dovecot.is24()) {
            blocks();
        } else {
            Set<String> files = new LinkedHashSet<>();
            databases.forEach(database -> files.add(database.value("args")));
            files.forEach(this::file);
        }
    }

    /** Where passwords and users are looked up by SQL. */
    private static List<DoveconfOutput> databases(DoveconfOutput settings) {
        Map<String, DoveconfOutput> found = new LinkedHashMap<>();
        settings.blocks("passdb").forEach((name, block) -> found.put("passdb " + name, block));
        settings.blocks("userdb").forEach((name, block) -> found.put("userdb " + name, block));
        return found.entrySet().stream()
                .filter(each -> each.getValue().value("driver").equals("sql")
                        || (each.getKey().endsWith(" sql")
                                && each.getValue().value("driver").isEmpty()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private void blocks() {
        ProgramRunner.ProgramResult doveconf = programs.run("doveconf", "-P");
        if (doveconf == null || doveconf.status() != 0) {
            report.unchecked(
                    CheckName.GRANTS, "doveconf -P does not show the account by which Dovecot asks the database");
            return;
        }
        // Which of the files a block is from, doveconf does not print.
        secret(SHIPPED);
        DoveconfOutput open = DoveconfOutput.parse(doveconf.out());
        open.blocks("mysql").forEach(this::block);
        databases(open).forEach(database -> database.blocks("mysql").forEach(this::block));
    }

    private void block(String name, DoveconfOutput mysql) {
        Map<String, String> words = new LinkedHashMap<>(mysql.values());
        words.putIfAbsent("host", name);
        add("mysql " + name, words);
    }

    private void file(String args) {
        String text = text(args);
        Matcher connect =
                CONNECT.matcher(text == null ? "" : CONTINUED.matcher(text).replaceAll(" "));
        if (text == null) {
            report.unchecked(CheckName.GRANTS, "Dovecot's " + args + " cannot be read; run this as root");
            return;
        }
        secret(args);
        if (connect.find()) {
            Map<String, String> words = new LinkedHashMap<>();
            for (String word :
                    connect.group(1).replaceAll("^\"|\"$", "").strip().split("\\s+", -1)) {
                int equals = word.indexOf('=');
                words.putIfAbsent(word.substring(0, Math.max(equals, 0)), word.substring(equals + 1));
            }
            add(args, words);
        }
    }

    private void secret(String args) {
        FileAccess.FileStat stat = FileAccess.FileStat.of(Path.of(args));
        if (stat != null && (stat.mode() & FileAccess.READ) != 0) {
            report.problem(
                    CheckName.FILES,
                    "Dovecot's " + args,
                    "has a password in it and can be read by every account",
                    "chmod o= " + args);
        }
    }

    private static @Nullable String text(String file) {
        try {
            Path path = Path.of(file);
            return Files.size(path) > MAX_BYTES ? null : Files.readString(path);
        } catch (IOException | IllegalArgumentException notReadable) {
            return null;
        }
    }

    /** An account of another database than the agent's does not have the rights of grants.sql. */
    private void add(String where, Map<String, String> words) {
        String database = words.getOrDefault("dbname", "");
        String port = words.getOrDefault("port", "");
        if (!database.equals(ours.database())) {
            report.unchecked(
                    CheckName.GRANTS, "Dovecot's " + where + " has another database than [mysql]: " + database);
        } else if (!words.containsKey("user") || !words.containsKey("password") || !words.containsKey("host")) {
            report.unchecked(CheckName.GRANTS, "Dovecot's " + where + " lacks host, user and password");
        } else {
            String host = words.getOrDefault("host", "");
            accounts.add(
                    PROGRAM,
                    new AgentConfig.MysqlSection(
                            host.startsWith("/") ? "localhost" : host,
                            port.matches("[1-9]\\d{0,4}") ? Integer.parseInt(port) : 3306,
                            host.startsWith("/") ? Path.of(host) : null,
                            database,
                            words.getOrDefault("user", ""),
                            null,
                            AgentConfig.TlsMode.OFF,
                            null),
                    words.getOrDefault("password", ""));
        }
    }
}
