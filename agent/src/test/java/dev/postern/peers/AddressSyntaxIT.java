package dev.postern.peers;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.MailAddress;
import dev.postern.model.RecipientDelimiter;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.SocketmapStub;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Generated addresses, read by a real Postfix and by the agent. The seed is fixed: each run asks the same. */
@ExtendWith(DatabaseExtension.class)
class AddressSyntaxIT {

    private static final long SEED = 20261130;
    private static final String SET = "+-_";
    private static final String DOMAIN = "elsewhere.example";

    /** What local parts are made of; what needs quotes is sent in quotes. */
    private static final String LOCAL = "abzABZ09.-_+'&~/=^{}!%@ \"\\,;:()[]<>|`?#$*éÉßΣςİﬁ😂न्";

    /**
     * Scripts with marks that join letters, and with letters and symbols beyond the BMP; the last is what no name may
     * have.
     */
    private static final List<String> SCRIPTS = List.of(
            "नमस्तेउदाहरणक्षि",
            "தமிழ்சிங்கப்பூர்",
            "ไทยโดเมนตัวอย่าง",
            "বাংলাউদাহরণ",
            "ລາວຕົວຢ່າງ",
            "مثالإختبار",
            "例え𠀀𠀁テスト",
            "😂☃🀄",
            "𐐨𐐩𐐪",
            "straßeéςe\u0301",
            "a_b-c0",
            "क्\u200dषक्\u200cष",
            "aÉKﬁİ\u00a0\u3000\u2028\u200d");

    private static final List<String> WHOLE =
            List.of("postmaster", "mailer-daemon", "double-bounce", "owner-a", "owner-a+b", "a-request", "a_b-request");

    private static PostfixServer postfix;
    private static SocketmapStub agent;
    private static List<String> split;

    @BeforeAll
    static void start(TestDatabase database, @TempDir Path directory) throws IOException {
        PostfixServer.require();
        Path cuts = directory.resolve("cuts");
        split = splittable(new Random(SEED));
        Files.writeString(cuts, cuts(split));
        new MailTables(database).reset();
        postfix = server(
                database,
                "recipient_delimiter=" + SET,
                "smtpd_recipient_restrictions=reject_non_fqdn_recipient check_recipient_access texthash:" + cuts
                        + " $postern_quota_check");
        agent = SocketmapStub.listen(postfix.queueDirectory().resolve("postern/lookup"));
    }

    @AfterAll
    static void stop() {
        if (agent != null) {
            agent.close();
        }
        if (postfix != null) {
            postfix.close();
        }
    }

    private static PostfixServer server(TestDatabase database, String... more) {
        List<String> parameters =
                new ArrayList<>(List.of("smtpd_soft_error_limit=9999", "smtpd_hard_error_limit=9999"));
        parameters.addAll(List.of(more));
        return PostfixServer.startUnchrooted(
                PostfixServer.PostfixForm.SOCKETMAP, MailTables.account(database), parameters.toArray(String[]::new));
    }

    @Test
    void whatPostfixAsksForIsReadAsTheAddressThatItTook() {
        Random random = new Random(SEED);
        int taken = 0;
        try (SmtpDialogue session = SmtpDialogue.connect(postfix.port())) {
            session.mailFrom("");
            for (int i = 0; i < 300; i++) {
                String local = text(random, LOCAL, 1 + random.nextInt(6));
                String domain = random.nextBoolean() ? "Elsewhere.EXAMPLE" : DOMAIN;
                int before = agent.requests().size();
                String reply = session.say("RCPT TO:<" + quoted(local) + "@" + domain + (i % 9 == 0 ? "." : "") + ">");
                if (reply.startsWith("250")) {
                    taken++;
                    MailAddress read = MailAddress.parse(local + "@" + domain);
                    assertThat(read).as(local).isNotNull();
                    assertThat(agent.requests().subList(before, agent.requests().size()))
                            .as(reply)
                            .isNotEmpty()
                            .allSatisfy(
                                    request -> assertThat(MailAddress.ofRecipient(request.substring("quota ".length())))
                                            .isEqualTo(read));
                }
            }
        }
        assertThat(taken).isBetween(150, 300);
    }

    @Test
    void theExtensionBeginsWherePostfixCuts() {
        RecipientDelimiter delimiter = new RecipientDelimiter(SET);
        try (SmtpDialogue session = SmtpDialogue.connect(postfix.port())) {
            session.mailFrom("");
            for (int i = 0; i < split.size(); i++) {
                MailAddress address = new MailAddress(split.get(i) + "@" + domain(i));
                MailAddress bare = delimiter.withoutExtension(address);
                String reply = session.rcptTo(address.value());
                if (bare.equals(address)) {
                    assertThat(reply).as("%s", address).startsWith("250");
                } else {
                    assertThat(reply)
                            .as("%s", address)
                            .endsWith("cut " + bare.value().indexOf('@'));
                }
            }
        }
    }

    /** With {@code smtputf8_enable}, Postfix decides about a name by ICU's tables. */
    @Test
    void everyDomainThatPostfixTakesIsOne(TestDatabase database) {
        Random random = new Random(SEED);
        int taken = 0;
        try (PostfixServer wide = server(database, "smtputf8_enable=yes", "postern_quota_check=");
                SmtpDialogue session = SmtpDialogue.connect(wide.port())) {
            session.say("MAIL FROM:<> SMTPUTF8");
            for (int i = 0; i < 300; i++) {
                String domain = label(random) + ".example";
                if (session.rcptTo("a@" + domain).startsWith("250")) {
                    taken++;
                    assertThat(MailAddress.parse("a@" + domain)).as(domain).isNotNull();
                }
            }
        }
        assertThat(taken).isBetween(150, 300);
    }

    private static String label(Random random) {
        String script = SCRIPTS.get(random.nextInt(SCRIPTS.size()));
        int length = script.codePointCount(0, script.length());
        int from = random.nextInt(length);
        int to = from + 1 + random.nextInt(length - from);
        return script.substring(script.offsetByCodePoints(0, from), script.offsetByCodePoints(0, to));
    }

    private static List<String> splittable(Random random) {
        List<String> locals = new ArrayList<>(WHOLE);
        while (locals.size() < 100) {
            String local = text(random, "ab+-_", 1 + random.nextInt(7));
            if (!local.startsWith("-")) {
                locals.add(local);
            }
        }
        return locals;
    }

    /** An access table with each address as it would be if it were cut at one of the delimiters. */
    private static String cuts(List<String> locals) {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < locals.size(); i++) {
            for (int end = 1; end < locals.get(i).length(); end++) {
                if (SET.indexOf(locals.get(i).charAt(end)) >= 0) {
                    table.append(
                            "%s@%s 450 4.0.0 cut %d%n".formatted(locals.get(i).substring(0, end), domain(i), end));
                }
            }
        }
        return table.toString();
    }

    private static String domain(int i) {
        return "d" + i + "." + DOMAIN;
    }

    private static String text(Random random, String alphabet, int length) {
        int[] characters = alphabet.codePoints().toArray();
        return random.ints(length, 0, characters.length)
                .mapToObj(i -> Character.toString(characters[i]))
                .collect(joining());
    }

    private static String quoted(String local) {
        return local.matches("[\\w!#$%&'*+/=?^`{|}~\\x80-\\x{10ffff}-]+")
                ? local
                : '"' + local.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
