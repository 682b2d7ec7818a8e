package dev.postern.relay;

import java.util.List;
import java.util.Random;

/** Client addresses as Postfix sends them, and everything else that may stand in their place. */
final class RelayKeys {

    /** Hosts as Postfix names them: two of them are neighbours in IPv6, and the last two are excluded. */
    static final List<String> CLIENTS = List.of(
            "192.0.2.7",
            "192.0.2.8",
            "2001:db8::7",
            "2001:db8::8",
            "2001:db8:0:1::7",
            "64:ff9b::c000:207",
            "198.51.100.9",
            "2001:db8:99::1");

    static final int FIRST_NEIGHBOUR = 2;
    static final int SECOND_NEIGHBOUR = 3;
    static final int FIRST_EXCLUDED = 6;

    private static final List<List<String>> SPELLINGS = List.of(
            List.of("::ffff:192.0.2.7", "::FFFF:c000:0207", "0:0:0:0:0:ffff:c000:207"),
            List.of("::ffff:192.0.2.8"),
            List.of("2001:DB8::7", "2001:0db8:0000:0000:0000:0000:0000:0007", "2001:db8:0:0::7", "2001:db8::0.0.0.7"),
            List.of("2001:db8:0:0:0:0:0:8"),
            List.of("2001:db8::1:0:0:0:7"),
            List.of("64:ff9b::192.0.2.7", "0064:FF9B:0:0:0:0:c000:0207"),
            List.of("::ffff:198.51.100.9"),
            List.of("2001:db8:99:0:0:0:0:1"));

    private static final List<String> NONE = List.of(
            "",
            " ",
            "unknown",
            "localhost",
            "mail.example.org",
            "192.0.2.7.example.org",
            "3221225991",
            "0xc0000207",
            "0300.0.2.7",
            "192.0.02.7",
            "192.0.2.007",
            "192.0.519",
            "192.519",
            "192.0.2",
            "192.0",
            "192",
            "192.0.2.",
            "192.0.2.7.",
            ".192.0.2.7",
            "192.0.2.7/32",
            "192.0.2.0/24",
            "192.0.2.263",
            "192.0.2.7:25",
            "+192.0.2.7",
            "192.0.2.7 ",
            "192.0.2.7\t",
            "192.0.2.7,192.0.2.8",
            "192\u30020\u30022\u30027",
            "\u0661\u0669\u0662.0.2.7",
            "\uff11\uff19\uff12.0.2.7",
            "[192.0.2.7]",
            "[2001:db8::7]",
            "IPv6:2001:db8::7",
            "ipv6:2001:db8::7",
            "[IPv6:2001:db8::7]",
            "2001:db8::7%1",
            "2001:db8::7%eth0",
            "2001:db8::7/128",
            "2001:db8::/64",
            "2001:db8::7.",
            "2001:db8:",
            "2001:db8",
            "2001",
            "2001:db8:::7",
            "2001:db8::0:0:0:0:0:7:",
            "2001:db8::00007",
            "2001:db8::g",
            "2001:db8::7::",
            ":::7",
            "::ffff:192.0.2",
            "::ffff:192.0.2.7.8",
            "*",
            "0",
            "OK",
            "alice@example.org",
            "1".repeat(5000),
            "192.0.2.7".repeat(500));

    /** One that is not any of the clients, though it may be an address. */
    private static final List<String> OTHERS =
            List.of("::192.0.2.7", "::", "2001:db9::7", "192.0.2.0", "0.0.0.0", "::1");

    private RelayKeys() {}

    /** A client by one of its names. */
    static String spelling(int client, Random random) {
        List<String> others = SPELLINGS.get(client);
        int which = random.nextInt(others.size() + 2);
        return which < others.size() ? others.get(which) : CLIENTS.get(client);
    }

    /** Keys that match no client: one of the above, or a client's name with a character too few or too many. */
    static String nobody(Random random) {
        String client = CLIENTS.get(random.nextInt(CLIENTS.size()));
        return switch (random.nextInt(5)) {
            case 0 -> known(client.substring(0, client.length() - 1));
            case 1 -> known(client + (char) (33 + random.nextInt(94)));
            case 2 -> known((char) (33 + random.nextInt(94)) + client);
            case 3 -> OTHERS.get(random.nextInt(OTHERS.size()));
            default -> NONE.get(random.nextInt(NONE.size()));
        };
    }

    /** What may be a client or a neighbour of one does not fit this test. */
    private static String known(String key) {
        boolean perhaps = key.matches("(?i)0?(192\\.0\\.2\\.[78]|[0-9a-f:]*)");
        return perhaps ? "unknown" : key;
    }
}
