package dev.postern.quota;

import static dev.postern.mailbox.FakeMailboxSource.mailbox;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.RecipientDelimiter;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recipients that are not active mailboxes: the mailboxes that get their mail decide. */
class SubscribersQuotaTest {

    private static final LookupResult FULL = new LookupResult.Found("452 4.2.2 Mailbox is over quota");
    private static final Duration CACHE_TIME = Duration.ofSeconds(20);

    private final ManualTime time = new ManualTime();
    private final FakeMailboxSource source = new FakeMailboxSource();
    private final QuotaLookup quota = lookup(5000);

    @BeforeEach
    void fill() {
        source.put(mailbox("full@example.org", 100, 100));
        source.put(mailbox("full2@example.org", 100, 100));
        source.put(mailbox("room@example.org", 90, 100));
        source.put(new Mailbox(new MailAddress("closed@example.org"), false, null, null, 100L, 1L, 100, 0));
    }

    @Test
    void toOneFullMailboxIsRefused() {
        source.subscribe("list@example.org", "full@example.org");
        assertThat(answer("list@example.org")).isEqualTo(FULL);
        assertThat(answer("List+X@Example.org.")).isEqualTo(FULL);
    }

    @Test
    void toOneFullOfTwoIsNot() {
        source.subscribe("list@example.org", "full@example.org", "room@example.org");
        assertThat(answer("list@example.org")).isEqualTo(LookupResult.MISSING);
        source.subscribe("both@example.org", "full@example.org", "full2@example.org");
        assertThat(answer("both@example.org")).isEqualTo(FULL);
    }

    @Test
    void theSizeOfTheMessageCounts() {
        source.subscribe("list@example.org", "full@example.org", "room@example.org");
        assertThat(quota.answer("list@example.org", 10).result()).isEqualTo(LookupResult.MISSING);
        assertThat(quota.answer("list@example.org", 11).result()).isEqualTo(FULL);
    }

    @Test
    void toOneElsewhereIsNot() {
        source.subscribe("list@example.org", "full@example.org", "friend@elsewhere.example");
        source.subscribe("odd@example.org", "full@example.org", "not an address");
        source.subscribe("local@example.org", "full@example.org", "root");
        source.subscribe("gone@example.org", "full@example.org", "nobody@example.org");
        source.subscribe("disabled@example.org", "full@example.org", "closed@example.org");
        for (String list : List.of("list", "odd", "local", "gone", "disabled")) {
            assertThat(answer(list + "@example.org")).as(list).isEqualTo(LookupResult.MISSING);
        }
    }

    /** As Postfix asks: the address, its stem, and at last everything else in the domain. */
    @Test
    void aCatchAllIsForWhatHasNoNameOfItsOwn() {
        source.subscribe("@example.org", "full@example.org");
        source.subscribe("list@example.org", "room@example.org");
        assertThat(answer("nobody@example.org")).isEqualTo(FULL);
        assertThat(answer("Nobody+x@Example.org.")).isEqualTo(FULL);
        assertThat(answer("closed@example.org")).isEqualTo(FULL);
        assertThat(answer("full2@example.org")).isEqualTo(FULL);
        assertThat(answer("room@example.org")).isEqualTo(LookupResult.MISSING);
        assertThat(answer("room+x@example.org")).isEqualTo(LookupResult.MISSING);
        assertThat(answer("list+x@example.org")).isEqualTo(LookupResult.MISSING);
        assertThat(answer("nobody@elsewhere.example")).isEqualTo(LookupResult.MISSING);
        source.subscribe("@example.net", "nobody@example.org");
        assertThat(answer("x@example.net")).isEqualTo(FULL);
        source.subscribe("@example.com", "x@example.com");
        assertThat(answer("y@example.com")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void theDelimiterIsASetOfCharactersInTargetsToo() {
        QuotaLookup several = lookup(5000, "+-_");
        for (String recipient : List.of("full-x", "full_x", "full-a+b", "Full_a-b")) {
            assertThat(several.answer(recipient + "@example.org").result())
                    .as(recipient)
                    .isEqualTo(FULL);
            assertThat(answer(recipient + "@example.org")).as(recipient).isEqualTo(LookupResult.MISSING);
        }
        source.subscribe("list@example.org", "full-x@example.org");
        assertThat(several.answer("list@example.org").result()).isEqualTo(FULL);
        assertThat(several.answer("list_x@example.org").result()).isEqualTo(FULL);
    }

    @Test
    void anActiveMailboxCountsItself() {
        source.subscribe("full@example.org", "room@example.org");
        source.subscribe("room@example.org", "full@example.org");
        assertThat(answer("full@example.org")).isEqualTo(FULL);
        assertThat(answer("room@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void aDisabledMailboxIsItsSubscribers() {
        assertThat(answer("closed@example.org")).isEqualTo(LookupResult.MISSING);
        time.advance(CACHE_TIME);
        source.subscribe("closed@example.org", "full@example.org");
        assertThat(answer("closed@example.org")).isEqualTo(FULL);
    }

    @Test
    void oneAddressLeadsToTheNext() {
        source.subscribe("a@example.org", "b@example.org", "full@example.org");
        source.subscribe("b@example.org", "c+x@example.org");
        source.subscribe("c@example.org", "full2@example.org");
        assertThat(answer("a@example.org")).isEqualTo(FULL);
        source.subscribe("c@example.org", "room@example.org");
        time.advance(CACHE_TIME.multipliedBy(3));
        assertThat(answer("a@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void circlesEnd() {
        source.subscribe("a@example.org", "b@example.org");
        source.subscribe("b@example.org", "a@example.org");
        assertThat(answer("a@example.org")).isEqualTo(LookupResult.MISSING);
        source.subscribe("x@example.org", "y@example.org", "x@example.org");
        source.subscribe("y@example.org", "x@example.org", "full@example.org");
        assertThat(answer("x@example.org")).isEqualTo(FULL);
    }

    @Test
    void anExtensionGoesWhereItsOwnSubscribersAre() {
        source.subscribe("full+news@example.org", "room@example.org");
        assertThat(answer("full+news@example.org")).isEqualTo(LookupResult.MISSING);
        assertThat(answer("full+other@example.org")).isEqualTo(FULL);
        source.subscribe("list@example.org", "room@example.org");
        source.put(mailbox("list+full@example.org", 100, 100));
        assertThat(answer("list+full@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void tooDeepIsNotFollowed() {
        for (int i = 0; i < AliasExpansion.MAX_DEPTH + 1; i++) {
            source.subscribe("a" + i + "@example.org", "a" + (i + 1) + "@example.org");
        }
        source.subscribe("a" + AliasExpansion.MAX_DEPTH + "@example.org", "full@example.org");
        assertThat(answer("a1@example.org")).isEqualTo(FULL);
        assertThat(answer("a0@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void tooWideIsNotFollowed() {
        source.subscribe("most@example.org", fulls(0, SubscriptionCache.MAX_SUBSCRIBERS));
        source.subscribe("more@example.org", fulls(0, SubscriptionCache.MAX_SUBSCRIBERS + 1));
        assertThat(answer("most@example.org")).isEqualTo(FULL);
        assertThat(answer("more@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void tooManyAltogetherAreNotFollowed() {
        String[] lists =
                IntStream.range(0, 6).mapToObj(i -> "list" + i + "@example.org").toArray(String[]::new);
        for (int i = 0; i < lists.length; i++) {
            source.subscribe(lists[i], fulls(i * 180, 180));
        }
        source.subscribe("five@example.org", List.of(lists).subList(0, 5).toArray(String[]::new));
        source.subscribe("six@example.org", lists);
        assertThat(answer("five@example.org")).isEqualTo(FULL);
        assertThat(answer("six@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void ofALongListOnlyTheFirstFewAreReadWhenTheyHaveRoom() {
        String[] members =
                IntStream.range(0, 150).mapToObj(i -> "m" + i + "@example.org").toArray(String[]::new);
        for (String member : members) {
            source.put(mailbox(member, 0, 100));
        }
        source.subscribe("list@example.org", members);
        assertThat(answer("list@example.org")).isEqualTo(LookupResult.MISSING);
        assertThat(source.queries.stream()
                        .mapToInt(query -> query.addresses().size())
                        .sum())
                .isLessThan(20);
    }

    @Test
    void whatIsInMemoryCostsNoQuery() {
        source.subscribe("a@example.org", "b@example.org");
        source.subscribe("b@example.org", "full@example.org");
        assertThat(answer("a@example.org")).isEqualTo(FULL);
        int asked = source.queries.size() + source.subscriberQueries.size();
        source.down = true;
        assertThat(answer("a@example.org")).isEqualTo(FULL);
        assertThat(answer("b@example.org")).isEqualTo(FULL);
        assertThat(source.queries.size() + source.subscriberQueries.size()).isEqualTo(asked);
    }

    @Test
    void whoAskTogetherShareAQuery() {
        source.subscribe("a@example.org", "full@example.org");
        source.bufferedBytes = true;
        List<Future<LookupResult>> answers = IntStream.range(0, 50)
                .mapToObj(i -> quota.answer("a@example.org"))
                .toList();
        while (answers.stream().anyMatch(answer -> !answer.isComplete())) {
            source.answerOne();
        }
        assertThat(answers).allMatch(answer -> answer.result().equals(FULL));
        assertThat(source.queries).hasSize(2);
        assertThat(source.subscriberQueries).hasSize(1);
    }

    @Test
    void withoutTheDatabaseTheLastKnownSubscribersOrNone() {
        source.subscribe("list@example.org", "full@example.org");
        answer("list@example.org");
        source.down = true;
        time.advance(Duration.ofHours(1));
        assertThat(answer("list@example.org")).isEqualTo(FULL);
        assertThat(answer("other@example.org")).isInstanceOf(LookupResult.TempFail.class);
    }

    @Test
    void oneWithRoomIsEnoughWhateverIsNotKnownOfTheOthers() {
        source.subscribe("list@example.org", "room@example.org", "unread@example.org");
        answer("room@example.org");
        source.down = false;
        answer("list@example.org");
        time.advance(CACHE_TIME.multipliedBy(3));
        source.down = true;
        assertThat(answer("list@example.org")).isEqualTo(LookupResult.MISSING);
    }

    /** The cache is smaller than what is asked for, and changes nothing. */
    @Test
    void refusesExactlyWhenEveryMailboxAtTheEndIsOursAndFull() {
        Random random = SeededRandom.random();
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            source.table.clear();
            source.subscribers.clear();
            QuotaLookup fresh = lookup(1 + random.nextInt(12));
            for (int i = 0; i < 8; i++) {
                String email = "a" + i + "@example.org";
                if (random.nextInt(2) == 0) {
                    long used = random.nextInt(4) == 0 ? 50 : 100;
                    source.put(
                            new Mailbox(new MailAddress(email), random.nextInt(4) > 0, null, null, used, 1L, 100, 0));
                }
                if (random.nextBoolean()) {
                    source.subscribe(email, members(random));
                }
            }
            for (int i = 0; i < 8; i++) {
                String email = "a" + i + "@example.org";
                boolean expected = oracle(email);
                refused += expected ? 1 : 0;
                assertThat(fresh.answer(email).result()).as(email).isEqualTo(expected ? FULL : LookupResult.MISSING);
            }
        }
        assertThat(refused).isPositive();
    }

    /** What Postfix would deliver to, by the book: everything reached, then those that are mailboxes or nothing. */
    private boolean oracle(String email) {
        Set<MailAddress> reached = new HashSet<>(Set.of(new MailAddress(email)));
        List<MailAddress> open = new ArrayList<>(reached);
        Set<MailAddress> ends = new HashSet<>();
        while (!open.isEmpty()) {
            MailAddress next = open.remove(0);
            Mailbox mailbox = source.table.get(next);
            List<String> subscribers = source.subscribers.getOrDefault(next, List.of());
            if ((mailbox != null && mailbox.active()) || subscribers.isEmpty()) {
                ends.add(next);
                continue;
            }
            subscribers.stream().map(MailAddress::new).filter(reached::add).forEach(open::add);
        }
        return !ends.isEmpty()
                && ends.stream().map(source.table::get).allMatch(end -> end != null && end.active() && end.overQuota());
    }

    private static String[] members(Random random) {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> "a" + random.nextInt(8) + "@example.org")
                .toArray(String[]::new);
    }

    private String[] fulls(int from, int count) {
        String[] emails = IntStream.range(from, from + count)
                .mapToObj(i -> "f" + i + "@example.org")
                .toArray(String[]::new);
        for (String email : emails) {
            source.put(mailbox(email, 1, 1));
        }
        return emails;
    }

    private QuotaLookup lookup(int cached) {
        return lookup(cached, "+");
    }

    private QuotaLookup lookup(int cached, String delimiter) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        return new QuotaLookup(
                new MailboxView(new PendingChanges(10, 512, 1, time), source, cached, CACHE_TIME, time, time, meters),
                new SubscriptionCache(source, cached, CACHE_TIME, time, time, meters),
                new RecipientDelimiter(delimiter),
                "452 4.2.2 Mailbox is over quota");
    }

    private LookupResult answer(String key) {
        Future<LookupResult> answer = quota.answer(key);
        assertThat(answer.succeeded()).isTrue();
        return answer.result();
    }
}
