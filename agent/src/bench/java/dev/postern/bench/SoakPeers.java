package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.UnixPeer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Dovecot, hooks and Postfix, each exchange on a connection of its own, and what all of it must have come to: an
 * increment that was answered {@code O} counts once, a login is accepted, and a mailbox that is known to be full is
 * full.
 */
final class SoakPeers {

    /** Mailboxes with figures that change; one more is full and stays so. */
    static final int MAILBOXES = 200;

    static final String FULL = "full@example.org";

    private final Path dict;
    private final Path events;
    private final Path lookup;
    private final Map<Integer, AtomicLong> expected = new ConcurrentHashMap<>();
    private final AtomicLong connections = new AtomicLong();

    SoakPeers(Path dict, Path events, Path lookup) {
        this.dict = dict;
        this.events = events;
        this.lookup = lookup;
    }

    static String address(int mailbox) {
        return "user" + mailbox + "@example.org";
    }

    /** One exchange of any kind; fails when its answer is not the right one. */
    void exchange(Random random) {
        connections.incrementAndGet();
        int mailbox = random.nextInt(MAILBOXES);
        switch (random.nextInt(4)) {
            case 0 -> increment(mailbox, 1 + random.nextInt(1000));
            case 1 -> login(mailbox, "192.0.2." + random.nextInt(250));
            case 2 -> assertThat(ask("quota " + FULL)).startsWith("OK 452");
            default -> assertThat(ask("quota " + address(mailbox))).isEqualTo("NOTFOUND ");
        }
    }

    long connections() {
        return connections.get();
    }

    /** What the table must have in the end, by mailbox. */
    Map<String, Long> expected() {
        Map<String, Long> sums = new TreeMap<>();
        expected.forEach((mailbox, sum) -> sums.put(address(mailbox), sum.get()));
        return sums;
    }

    private void increment(int mailbox, int bytes) {
        try (UnixPeer dovecot = UnixPeer.connect(dict)) {
            dovecot.send(
                    "H3\t2\t0\t\tquota\nB1\t" + address(mailbox) + "\nA1\tpriv/quota/storage\t" + bytes + "\nC1\n");
            assertThat(dovecot.readLine()).isEqualTo("O1");
        }
        expected.computeIfAbsent(mailbox, first -> new AtomicLong()).addAndGet(bytes);
    }

    private void login(int mailbox, String ip) {
        try (UnixPeer hook = UnixPeer.connect(events)) {
            hook.send("login\tuser=" + address(mailbox) + "\tip=" + ip + "\tservice=imap\n");
            assertThat(hook.readLine()).isEqualTo("OK");
        }
    }

    private String ask(String request) {
        try (UnixPeer postfix = UnixPeer.connect(lookup)) {
            return postfix.send(request.length() + ":" + request + ",").readNetstring();
        }
    }
}
