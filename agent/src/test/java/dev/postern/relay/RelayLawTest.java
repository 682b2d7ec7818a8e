package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.IpNetwork;
import dev.postern.model.IpNetworkList;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import dev.postern.model.RecipientDelimiter;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.postfix.policy.PolicyPeer;
import dev.postern.postfix.socketmap.SocketmapPeer;
import dev.postern.quota.QuotaLookup;
import dev.postern.quota.SubscriptionCache;
import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No sequence of logins, keys, names, partial networks, garbage, closures, steps of time and answers of the database,
 * late, out of date, failing or missing, gets a permit that no login has earned: asked of both protocols' own sessions.
 */
class RelayLawTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration CACHE_TIME = Duration.ofSeconds(5);
    private static final List<String> USERS =
            List.of("alice@example.org", "bob@example.org", "carol@example.org", "nobody@example.org");

    /** A login that was accepted; {@code time} as it counts. */
    private record EarnedWindow(int step, int client, String user, Instant time) {}

    /** A question without a reply so far; {@code client} is -1 for what is none. */
    private record AskedKey(String key, int client, boolean relay) {}

    private final Random random = SeededRandom.random();
    private int permits;
    private int asked;

    /** One agent, from its start on. */
    private final class LawRun {
        final ManualTime time = new ManualTime();
        final FakeMailboxSource source = new FakeMailboxSource();
        final boolean healthy;
        final int prefix = random.nextBoolean() ? 128 : 64;
        final RelayWindows windows = new RelayWindows(
                new RelayRules(
                        WINDOW,
                        prefix,
                        List.of(IpNetworkList.of(Stream.of("198.51.100.0/24", "2001:db8:99::/48")
                                .map(IpNetwork::parse)
                                .toList()))),
                random.nextInt(3) == 0 ? 5 : 1000);
        final PendingChanges pending = new PendingChanges(1000, 512, 1, time);
        final EventIntake intake = new EventIntake(pending, windows, time);
        final MailboxView view =
                new MailboxView(pending, source, 100, CACHE_TIME, time, time, new SimpleMeterRegistry());
        final RelayLookup relay = new RelayLookup(view, windows, time);
        final RelayAdmin relayAdmin = new RelayAdmin(view, windows, time, time, closures -> Future.succeededFuture());
        final QuotaLookup quota = new QuotaLookup(
                view,
                new SubscriptionCache(source, 100, CACHE_TIME, time, time, new SimpleMeterRegistry()),
                new RecipientDelimiter("+"),
                "452 4.2.2 Mailbox is over quota");
        final List<SocketmapPeer> socketmaps = new ArrayList<>();
        final List<PolicyPeer> policies = new ArrayList<>();
        final Map<Object, AskedKey> open = new HashMap<>();

        final List<EarnedWindow> earned = new ArrayList<>();
        final Map<Integer, Integer> closedAtStep = new HashMap<>();
        final Map<Integer, Instant> closedAt = new HashMap<>();
        final Map<String, Instant> lastActive = new HashMap<>();
        int step;
        int setBackAtStep = -1;

        LawRun(boolean healthy) {
            this.healthy = healthy;
            for (int i = 0; i < 3; i++) {
                socketmaps.add(
                        new SocketmapPeer(Map.of("pop-before-smtp", relay::answer, "quota", quota::answer), time));
                policies.add(new PolicyPeer(quota::answer, relay::answer, time));
            }
            USERS.subList(0, 3).forEach(user -> enable(user, random.nextInt(4) > 0));
        }

        void run(int steps) {
            for (step = 0; step < steps; step++) {
                disturb();
                source.table.values().stream()
                        .filter(Mailbox::active)
                        .forEach(row -> lastActive.put(row.email().value(), time.instant()));
                hear();
            }
        }

        private void disturb() {
            switch (random.nextInt(10)) {
                case 0, 1 -> login();
                case 2 -> advance(Duration.ofMillis(random.nextInt(20_000)));
                case 3 -> readBack();
                case 4 -> change();
                case 5 -> {
                    if (!healthy) {
                        answerSomehow();
                    }
                }
                default -> ask();
            }
        }

        private void login() {
            int client = random.nextInt(RelayKeys.CLIENTS.size());
            String user = USERS.get(random.nextInt(USERS.size()));
            Instant now = time.instant();
            Instant told = now.minusMillis(random.nextInt(4) == 0 ? random.nextInt(90_000) - 10_000 : 0);
            IpAddress ip = IpAddress.parse(RelayKeys.spelling(client, random));
            intake.accept(new Event.Login(new MailAddress(user), ip, "imap", told));
            earned.add(new EarnedWindow(step, client, user, told.isAfter(now) ? now : told));
        }

        private void advance(Duration duration) {
            if (random.nextInt(40) == 0) {
                setBackAtStep = step;
                time.advance(duration.negated());
            } else {
                time.advance(duration);
            }
        }

        /** What the flusher has read, and as long ago as it may be. */
        private void readBack() {
            List<MailAddress> some = USERS.stream()
                    .filter(user -> random.nextBoolean())
                    .map(MailAddress::new)
                    .toList();
            MailboxRows rows = source.rows(some);
            if (!healthy) {
                time.advance(Duration.ofMillis(random.nextInt(3000)));
            }
            view.refreshed(some, rows);
            relay.refreshed(some, rows);
        }

        private void change() {
            switch (random.nextInt(6)) {
                case 0 -> relay.loaded();
                case 1 -> windows.sweep(time.instant());
                case 2 -> close(random.nextInt(RelayKeys.CLIENTS.size()));
                case 3 -> source.bufferedBytes = !healthy && random.nextBoolean();
                case 4 -> source.down = !healthy && random.nextInt(3) == 0;
                default -> enable(USERS.get(random.nextInt(3)), random.nextInt(3) > 0);
            }
        }

        private void enable(String user, boolean active) {
            source.put(new Mailbox(new MailAddress(user), active, null, null, null, null, 0, 0));
        }

        private void close(int client) {
            relayAdmin.close(IpAddress.parse(RelayKeys.spelling(client, random)));
            for (int i = 0; i < RelayKeys.CLIENTS.size(); i++) {
                if (shareAWindow(client, i)) {
                    closedAtStep.put(i, step);
                    closedAt.put(i, time.instant());
                }
            }
        }

        private void answerSomehow() {
            source.queries.stream()
                    .filter(query -> !query.answer().future().isComplete())
                    .findFirst()
                    .ifPresent(query -> {
                        switch (random.nextInt(4)) {
                            case 0 -> query.answer().fail("connection lost");
                            case 1 -> query.answer().complete(query.asOfBegin());
                            default -> query.answer().complete(source.rows(query.addresses()));
                        }
                    });
        }

        /** As Postfix does: on a connection without an open question, one; and other maps between. */
        private void ask() {
            boolean isClient = random.nextInt(3) > 0;
            int client = isClient ? random.nextInt(RelayKeys.CLIENTS.size()) : -1;
            String key = isClient ? RelayKeys.spelling(client, random) : RelayKeys.nobody(random);
            boolean forRelay = random.nextInt(4) > 0;
            AskedKey question = new AskedKey(key, client, forRelay);
            if (random.nextBoolean()) {
                SocketmapPeer peer = socketmaps.get(random.nextInt(socketmaps.size()));
                if (open.putIfAbsent(peer, question) == null) {
                    peer.ask(forRelay ? "pop-before-smtp" : "quota", forRelay ? key : recipient(key));
                }
            } else {
                PolicyPeer peer = policies.get(random.nextInt(policies.size()));
                if (open.putIfAbsent(peer, question) == null) {
                    peer.ask(
                            random.nextInt(8) > 0 || forRelay ? "RCPT" : "CONNECT",
                            forRelay ? "pop-before-smtp" : "quota",
                            "client_name=" + (random.nextBoolean() ? "unknown" : "192.0.2.7"),
                            "client_address=" + key,
                            "recipient=" + recipient(key));
                }
            }
            asked++;
        }

        private String recipient(String key) {
            return random.nextBoolean() ? key : USERS.get(random.nextInt(USERS.size()));
        }

        private void hear() {
            socketmaps.forEach(peer -> hear(peer, peer.take(), "OK OK", List.of("NOTFOUND ")));
            policies.forEach(peer -> hear(peer, peer.take(), "permit", List.of("DUNNO")));
        }

        private void hear(Object peer, List<String> replies, String permit, List<String> others) {
            if (replies.isEmpty()) {
                return;
            }
            AskedKey question = open.remove(peer);
            assertThat(question).isNotNull();
            assertThat(replies).as(question.key()).hasSize(1);
            String reply = replies.get(0);
            if (reply.equals(permit)) {
                permits++;
                assertThat(question.relay())
                        .as("asked for the quota of " + question.key())
                        .isTrue();
                assertThat(isEarned(question.client())).as(question.key()).isTrue();
            } else if (!reply.startsWith("TEMP ")) {
                assertThat(others).contains(reply);
            }
        }

        private boolean isEarned(int client) {
            return client >= 0
                    && client < RelayKeys.FIRST_EXCLUDED
                    && earned.stream().anyMatch(login -> shareAWindow(login.client(), client) && isOpen(login));
        }

        private boolean shareAWindow(int one, int other) {
            boolean neighbours = Math.min(one, other) == RelayKeys.FIRST_NEIGHBOUR
                    && Math.max(one, other) == RelayKeys.SECOND_NEIGHBOUR;
            return one == other || (neighbours && prefix == 64);
        }

        private boolean isOpen(EarnedWindow login) {
            Instant now = time.instant();
            boolean inTime =
                    !login.time().isAfter(now) && login.time().plus(WINDOW).isAfter(now);
            return inTime && login.client() < RelayKeys.FIRST_EXCLUDED && !isClosed(login) && mayRelay(login.user());
        }

        private boolean isClosed(EarnedWindow login) {
            Integer closed = closedAtStep.get(login.client());
            if (closed == null) {
                return false;
            }
            boolean toldBefore = login.step() < closed;
            boolean loggedInBefore = !login.time().isAfter(closedAt.get(login.client()));
            return toldBefore || (loggedInBefore && setBackAtStep < closed);
        }

        /**
         * A mailbox that has been disabled is so within the cache time; and not knowing it does not permit anything
         * either.
         */
        private boolean mayRelay(String user) {
            Instant active = lastActive.get(user);
            boolean recently = active != null && !active.plus(CACHE_TIME).isBefore(time.instant());
            boolean everyAnswerIsTrue = healthy && setBackAtStep < 0;
            return everyAnswerIsTrue ? recently : active != null;
        }
    }

    @Test
    void noPermitThatNoLoginHasEarnedWithADatabaseThatAnswers() {
        live(true);
    }

    @Test
    void noPermitThatNoLoginHasEarnedWhateverTheDatabaseDoes() {
        live(false);
    }

    private void live(boolean healthy) {
        for (int life = 0; life < 150; life++) {
            new LawRun(healthy).run(400);
        }
        // An agent that is always shut would pass the rest.
        assertThat(permits).isGreaterThan(asked / 50);
    }
}
