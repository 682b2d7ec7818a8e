package dev.postern.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.MailAddress;
import dev.postern.model.MailboxNameRules;
import dev.postern.model.RecipientDelimiter;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.RealServers;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The shipped Postfix and Dovecot agree on which mailboxes exist: what smtpd takes at RCPT is delivered by LMTP, and
 * never bounced to an uninvolved sender. Generated mailboxes, lists and catch-alls; the seed is fixed.
 */
@ParameterizedClass
@EnumSource(DovecotVersion.class)
@ExtendWith(DatabaseExtension.class)
class TakenIsDeliveredIT {

    private static final long SEED = 20261130;

    /** From reports: each of them was taken and bounced by a real pair of servers. */
    private static final List<String> REPORTED = List.of(
            "o'brien",
            "^_^",
            "r&d",
            "a+b",
            "+x",
            "x+",
            "owner-x",
            "x-request",
            "~t",
            "josé",
            "νικος",
            "straße",
            "İx",
            "ﬁsh",
            "😂",
            "john doe",
            "a..b",
            ".a",
            "a.",
            "a\"b",
            "a\\b",
            "a@b",
            "a%b",
            "a!b",
            "a,b",
            "a:b",
            "a=b",
            "-a",
            "नमस्ते",
            "postmaster",
            "mailer-daemon",
            "double-bounce");

    /** No asterisk: behind it the test's Dovecot reads a master user's name. */
    private static final String LOCAL = "abc09.-_+'&~=^{}!%@ \"\\,;:()[]<>|`?#$éßςﬁ😂न्";

    private static TestDatabase database;
    private static PostfixServer postfix;
    private static DovecotServer dovecot;
    private static Set<String> mailboxes;

    /** For a class with a parameter there must be one. */
    TakenIsDeliveredIT(DovecotVersion version) {}

    @BeforeParameterizedClassInvocation
    static void start(DovecotVersion version, TestDatabase given) {
        PostfixServer.require();
        version.require();
        if (given.socket() == null) {
            RealServers.missing("Dovecot's shipped configuration needs the database's socket");
        }
        database = given;
        postfix = PostfixServer.startWithoutSink(
                PostfixServer.PostfixForm.MYSQL,
                MailTables.account(database),
                "default_transport=discard:",
                "smtpd_soft_error_limit=9999",
                "smtpd_hard_error_limit=9999");
        dovecot = DovecotServer.start(
                version, database, postfix.queueDirectory(), "90-postern.conf", "91-postern-scripts.conf");
        mailboxes = fill(new Random(SEED));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (dovecot != null) {
            dovecot.close();
        }
        if (postfix != null) {
            postfix.close();
        }
    }

    @Test
    void everyMailboxIsRefusedAtRcptOrGetsItsMail() {
        Random random = new Random(SEED);
        List<String> recipients = new ArrayList<>();
        for (String mailbox : mailboxes) {
            recipients.add(mailbox);
            recipients.add(extended(random, mailbox));
        }
        Set<String> taken = deliver(recipients);
        assertThat(taken).hasSizeGreaterThan(recipients.size() / 3).contains("o'brien@example.org", "^_^@example.org");
        MailboxNameRules rules = new MailboxNameRules(new RecipientDelimiter("+"));
        assertThat(taken)
                .containsAll(mailboxes.stream()
                        .filter(name -> rules.problem(name) == null)
                        .toList());
        for (String address : taken) {
            assertThat(login(address.replaceFirst("(?<=.)[+].*@", "@")))
                    .as(address)
                    .startsWith("OK\t1\tuser=");
        }
    }

    @Test
    void aCatchAllTakesNoMailboxItsMail() {
        MailTables tables = new MailTables(database).incoming("@example.org", "o'brien@example.org");
        try {
            List<String> named = mailboxes.stream()
                    .filter(mailbox -> mailbox.matches("[ -~&&[^%!@+:-]][ -~&&[^%!@+:]]*@[^@]*"))
                    .toList();
            int before = postfix.mailLog().length();
            assertThat(deliver(named)).hasSizeGreaterThan(30);
            String log = postfix.mailLog().substring(before);
            assertThat(named.stream().filter(mailbox -> !log.contains(": to=<" + quoted(mailbox) + ">")))
                    .isEmpty();
            assertThat(deliver(List.of("unknown@example.org", "a+b@example.org")))
                    .hasSize(2);
        } finally {
            tables.execute("DELETE FROM subscription");
        }
    }

    @Test
    void everyListAndCatchAllIsRefusedAtRcptOrReachesSomebody() {
        Random random = new Random(SEED);
        MailTables tables = new MailTables(database).route("all.example", "dovecot:");
        List<String> pool = new ArrayList<>(mailboxes);
        pool.addAll(List.of(
                "nobody@example.org", "x@remote.example", "é@remote.example", "any@all.example", "off@example.org"));
        tables.disabled("off@example.org");
        List<String> lists = new ArrayList<>(List.of("Any@All.Example", "any+x@all.example", "off@example.org"));
        for (int i = 0; i < 30; i++) {
            String list = "list" + i + "@example.org";
            for (int n = random.nextInt(3); n >= 0; n--) {
                String member = pool.get(random.nextInt(pool.size()));
                tables.incoming(list, random.nextInt(3) == 0 ? extended(random, member) : member);
            }
            pool.add(list);
            lists.add(random.nextInt(3) == 0 ? extended(random, list) : list);
        }
        tables.incoming("@all.example", "o'brien@example.org", "nobody@example.org", "z@all.example");
        assertThat(deliver(lists)).hasSizeGreaterThan(12).contains("Any@All.Example", "any+x@all.example");
    }

    @Test
    void everyLoginIsKnownToTheAgentByTheNameThatDovecotGivesIt() {
        Random random = new Random(SEED);
        for (String mailbox : mailboxes) {
            if (mailbox.codePoints().anyMatch(Character::isUpperCase)) {
                continue;
            }
            String typed = random.nextBoolean() ? mailbox : ascii(mailbox);
            MailAddress read = MailAddress.parse(typed);
            assertThat(read).as(typed).hasToString(mailbox);
            assertThat(login(typed)).as(typed).startsWith("OK\t1\tuser=" + mailbox);
        }
    }

    @Test
    void whatNeedsSmtpUtf8IsNotTaken() {
        try (SmtpDialogue session = postfix.smtp("198.51.100.1")) {
            assertThat(session.say("EHLO client.example")).doesNotContain("SMTPUTF8");
            assertThat(session.say("MAIL FROM:<grå@grå.example> SMTPUTF8")).startsWith("5");
            assertThat(session.say("MAIL FROM:<grey@grey.example> SMTPUTF8")).startsWith("5");
        }
        try (SmtpDialogue session = postfix.smtp("198.51.100.1")) {
            session.mailFrom("grey@grey.example");
            session.rcptTo("o'brien@example.org");
            assertThat(session.data("From: <grå@grå.example>")).startsWith("250");
        }
        postfix.awaitEmptyQueue();
        assertNothingReturned();
    }

    /** The recipients that smtpd took, when each message has arrived somewhere and nothing was sent back. */
    private static Set<String> deliver(List<String> recipients) {
        Set<String> taken = new LinkedHashSet<>();
        List<String> messages = new ArrayList<>();
        try (SmtpDialogue session = postfix.smtp("198.51.100.1")) {
            for (String recipient : recipients) {
                session.mailFrom("");
                if (session.rcptTo(quoted(recipient)).startsWith("250")) {
                    taken.add(recipient);
                    messages.add(session.data("Hello.").replaceFirst(".*queued as ", ""));
                } else {
                    session.say("RSET");
                }
            }
        }
        postfix.awaitEmptyQueue();
        assertNothingReturned();
        String log = postfix.mailLog();
        assertThat(messages).allSatisfy(id -> assertThat(log).containsPattern(id + ": to=<.*status=sent"));
        return taken;
    }

    private static void assertNothingReturned() {
        assertThat(postfix.mailLog().lines().filter(line -> line.matches(".*status=(bounced|deferred).*")))
                .isEmpty();
    }

    /** What Dovecot's authentication answers to Postfix. */
    private static String login(String user) {
        String plain = Base64.getEncoder().encodeToString(("\0" + user + "\0secret").getBytes(UTF_8));
        try (UnixPeer auth = UnixPeer.connect(postfix.queueDirectory().resolve("private/auth"))) {
            auth.send("VERSION\t1\t1\nCPID\t4711\nAUTH\t1\tPLAIN\tservice=smtp\tresp=" + plain + "\n");
            String line = auth.readLine();
            while (!line.startsWith("OK\t") && !line.startsWith("FAIL\t")) {
                line = auth.readLine();
            }
            return line;
        }
    }

    private static Set<String> fill(Random random) {
        new MailTables(database).reset();
        Set<String> names = new LinkedHashSet<>(REPORTED);
        int[] characters = LOCAL.codePoints().toArray();
        while (names.size() < REPORTED.size() + 40) {
            names.add(random.ints(1 + random.nextInt(4), 0, characters.length)
                    .mapToObj(i -> Character.toString(characters[i]))
                    .collect(joining()));
        }
        // Some are the same to the column's collation.
        names.forEach(name -> database.query(
                "INSERT IGNORE INTO user (email, surname, password) VALUES (?, '', '{PLAIN}secret') RETURNING id",
                name + "@example.org"));
        Set<String> emails = new LinkedHashSet<>();
        database.query("SELECT email FROM user ORDER BY id")
                .forEach(row -> emails.add(row.get("email").toString()));
        return emails;
    }

    private static String extended(Random random, String address) {
        int at = address.lastIndexOf('@');
        return address.substring(0, at) + (random.nextBoolean() ? "+x" : "+X-y") + address.substring(at);
    }

    private static String ascii(String text) {
        return text.codePoints()
                .mapToObj(Character::toString)
                .map(c -> c.length() == 1 && c.charAt(0) < 0x80 ? c.toUpperCase(Locale.ROOT) : c)
                .collect(joining());
    }

    private static String quoted(String address) {
        int at = address.lastIndexOf('@');
        String local = address.substring(0, at);
        return local.matches("[\\w!#$%&'*+/=?^`{|}~\\x80-\\x{10ffff}-]+([.][\\w!#$%&'*+/=?^`{|}~\\x80-\\x{10ffff}-]+)*")
                ? address
                : '"' + local.replace("\\", "\\\\").replace("\"", "\\\"") + '"' + address.substring(at);
    }
}
