package dev.postern.check.postfix;

import dev.postern.check.database.AccountCheck;
import dev.postern.check.database.ConnectFailure;
import dev.postern.check.database.OtherAccountsCheck;
import dev.postern.check.host.FileAccess;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.database.IndexedStatements;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of {@code postfix/mysql/} that Postfix uses: each can be asked, as an account with the rights that it
 * needs, and finds its rows by an index.
 */
final class TablesCheck {

    private static final Pattern FILE = Pattern.compile("mysql:([^\\s,{}]+\\.cf)");

    /** The server's own zone, whatever that is. */
    private static final Pattern LOCAL_TIME = Pattern.compile("(?i)\\b(NOW|SYSDATE|CURRENT_TIMESTAMP|LOCALTIME)\\b");

    private static final String DOMAIN = "ALTER TABLE `domain` ADD UNIQUE INDEX `domain` (`domain`)";
    private static final String RELAY = "ALTER TABLE `user` ADD INDEX `relay` (`lastip`, `lasttime`)";

    /** Unused keys: table, key, local part, domain. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "alias", address("postern-check", "example.invalid"),
            "domain", List.of("example.invalid", "x", "example.invalid"),
            "mailbox", address("postern-check", "example.invalid"),
            "pop-before-smtp", List.of("192.0.2.1", "x", "x"),
            "quota", address("postern-check", "example.invalid"),
            "recipient_bcc", address("postern-check", "example.invalid"),
            "sender_bcc", address("postern-check", "example.invalid"),
            "subscribers", address("0", "in.subscription.invalid"),
            "transport", List.of("example.invalid", "x", "example.invalid"));

    private final PostfixConfig postfix;
    private final ProgramRunner programs;
    private final OtherAccountsCheck accounts;
    private final AddressesCheck addresses;
    private final CheckReport report;

    TablesCheck(
            PostfixConfig postfix,
            ProgramRunner programs,
            OtherAccountsCheck accounts,
            AddressesCheck addresses,
            CheckReport report) {
        this.postfix = postfix;
        this.programs = programs;
        this.accounts = accounts;
        this.addresses = addresses;
        this.report = report;
    }

    void examine() {
        if (report.has(Set.of(CheckName.MYSQL))) {
            report.unchecked(CheckName.TABLES, "the database does not answer, as has been found already");
            return;
        }
        Map<TableFile, List<String>> tables = new LinkedHashMap<>();
        for (Path path : files()) {
            if (Files.exists(path) && !Files.isReadable(path)) {
                report.unchecked(CheckName.TABLES, path + " cannot be read; run this as root");
                continue;
            }
            TableFile file = TableFile.read(path);
            if (file == null) {
                report.problem(
                        CheckName.TABLES,
                        "Postfix's " + path,
                        "cannot be read",
                        "install -m 0640 -o root -g postfix postfix/mysql/" + path.getFileName() + " " + path);
                continue;
            }
            secret(path);
            List<String> key = KEYS.get(file.name());
            if (key != null) {
                tables.put(file, key);
                addresses.examine(file);
                accounts.add("postfix", file.database(), file.setting("password"));
            }
        }
        accounts.examine();
        Map<String, AccountCheck> open = new LinkedHashMap<>();
        tables.forEach((file, key) -> examine(file, key, open));
        open.values().forEach(AccountCheck::close);
    }

    private void secret(Path path) {
        FileAccess.FileStat stat = FileAccess.FileStat.of(path);
        if (stat != null && (stat.mode() & FileAccess.READ) != 0) {
            report.problem(
                    CheckName.FILES,
                    "Postfix's " + path,
                    "has a password in it and can be read by every account",
                    "chmod o= " + path);
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        for (String name : List.of(
                "virtual_mailbox_domains",
                "virtual_mailbox_maps",
                "virtual_alias_maps",
                "transport_maps",
                "sender_bcc_maps",
                "recipient_bcc_maps")) {
            all.append(postfix.parameter(name)).append('\n');
        }
        PostfixConfig.LISTS.forEach(name -> all.append(postfix.parameter(name)).append('\n'));
        Matcher file = FILE.matcher(all);
        while (file.find()) {
            Path path = Path.of(file.group(1));
            if (!files.contains(path)) {
                files.add(path);
            }
        }
        return files;
    }

    /** What postmap cannot ask, Postfix cannot; the reason is in the database's error. */
    private void examine(TableFile file, List<String> key, Map<String, AccountCheck> open) {
        if (accounts.isLacking(file.database())) {
            return;
        }
        ProgramRunner.ProgramResult postmap = programs.run("postmap", "-q", key.get(0), "mysql:" + file.path());
        if (postmap != null && !postmap.err().isBlank()) {
            report.problem(
                    CheckName.TABLES,
                    "Postfix's " + file.path(),
                    "cannot be asked: " + postmap.err().strip().replaceAll("(?s)\n.*", ""),
                    unanswered(file));
            return;
        }
        AccountCheck account = open.computeIfAbsent(
                file.setting("user") + " " + file.database(),
                fresh -> AccountCheck.of(file.database(), file.setting("password"), report));
        String where = "Postfix's " + file.path();
        delivery(file, account);
        account.explain(where, indexes(file.name()), file.query(key.get(0), key.get(1), key.get(2)));
        if (LOCAL_TIME.matcher(file.setting("query")).find() && !account.isUtc()) {
            report.problem(
                    CheckName.CLOCK,
                    where,
                    "compares with the time of the database's own zone, and lasttime is UTC",
                    "UTC_TIMESTAMP(6) in place of NOW() in " + file.path());
        }
    }

    /** Where another socket than the file's has a listener, the line that names it in all files. */
    private static String unanswered(TableFile file) {
        Path socket = file.database().socket();
        return Optional.ofNullable(socket)
                .filter(Files::notExists)
                .flatMap(missing -> ConnectFailure.listener(file.database()))
                .map(listener -> "sed -i 's#unix:" + socket + "#unix:" + listener + "#g' "
                        + file.path().resolveSibling("*.cf") + " && postfix reload")
                .orElse("hosts, user, password and dbname of " + file.path() + " as the database has them");
    }

    /** Checks that Postfix routes the domains' mail as their own table does. */
    private void delivery(TableFile file, AccountCheck account) {
        if (file.name().equals("domain")) {
            destinations(file);
        } else if (file.name().equals("transport")) {
            account.values("SELECT DISTINCT transport FROM domain LIMIT 100").forEach(this::transport);
        }
    }

    private void destinations(TableFile file) {
        List<String> words = ConfigWords.of(postfix.parameter("mydestination"));
        for (String word : words) {
            ProgramRunner.ProgramResult found =
                    word.matches("[\\w.-]+") ? programs.run("postmap", "-q", word, "mysql:" + file.path()) : null;
            if (found != null && found.status() == 0) {
                List<String> others = new ArrayList<>(words);
                others.remove(word);
                report.problem(
                        CheckName.TABLES,
                        "Postfix's mydestination",
                        "has " + word + ", which is a domain of the table: its mailboxes are unknown to Postfix",
                        "postconf -e 'mydestination=" + String.join(", ", others) + "' && postfix reload");
            }
        }
    }

    private void transport(String transport) {
        String name = transport.replaceFirst(":.*", "");
        if (!name.isEmpty() && !postfix.hasTransport(name)) {
            report.problem(
                    CheckName.TABLES,
                    "Postfix's master.cf",
                    "has no service " + name + ", by which table domain has mail delivered",
                    "postconf -M " + name + "/unix='" + name + " unix - - y - - lmtp' && postfix reload");
        }
    }

    private static Map<String, String> indexes(String table) {
        String user = table.equals("pop-before-smtp") ? RELAY : IndexedStatements.BY_EMAIL;
        return Map.of(
                "user", user,
                "u", user,
                "subscription", IndexedStatements.BY_SUBSCRIPTION,
                "s", IndexedStatements.BY_SUBSCRIPTION,
                "c", IndexedStatements.BY_SUBSCRIPTION,
                "domain", DOMAIN,
                "d", DOMAIN);
    }

    private static List<String> address(String user, String domain) {
        return List.of(user + "@" + domain, user, domain);
    }
}
