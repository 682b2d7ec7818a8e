package dev.postern.quota;

import static dev.postern.mailbox.FakeMailboxSource.mailbox;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailbox.CoalescingLoader;
import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.CounterChange;
import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.RecipientDelimiter;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaLookupTest {

    private static final LookupResult FULL = new LookupResult.Found("452 4.2.2 Mailbox is over quota");

    private final ManualTime time = new ManualTime();
    private final FakeMailboxSource source = new FakeMailboxSource();
    private final PendingChanges pending = new PendingChanges(10, 512, 1, time);
    private final MailboxView view =
            new MailboxView(pending, source, 100, Duration.ofSeconds(20), time, time, new SimpleMeterRegistry());
    private final SubscriptionCache subscriptions =
            new SubscriptionCache(source, 100, Duration.ofSeconds(20), time, time, new SimpleMeterRegistry());
    private final QuotaLookup quota =
            new QuotaLookup(view, subscriptions, new RecipientDelimiter("+"), "452 4.2.2 Mailbox is over quota");

    @BeforeEach
    void fill() {
        source.put(mailbox("full@example.org", 100, 100));
        source.put(mailbox("room@example.org", 99, 100));
        source.put(mailbox("room+full@example.org", 100, 100));
        source.put(mailbox("a b@example.org", 100, 100));
        source.put(mailbox("josé@example.org", 100, 100));
        source.put(new Mailbox(new MailAddress("closed@example.org"), false, null, null, 100L, 1L, 100, 0));
        source.put(new Mailbox(new MailAddress("many@example.org"), true, null, null, 1L, 10L, 0, 10));
        source.put(new Mailbox(new MailAddress("untold@example.org"), true, null, null, null, null, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "full@example.org",
                "FULL@Example.ORG",
                "full@example.org.",
                "\"full\"@example.org",
                "full+x@example.org",
                "Full+a+b@example.org",
                "\"full+x\"@example.org",
                "room+full@example.org",
                "many@example.org",
                "a b@example.org",
                "\"a b\"@example.org",
                "\"a\\ b\"@example.org",
                "JOSé@example.org",
                "full%example.org@lab.example.net",
                "Full+x%EXAMPLE.org@lab.example.net.",
                "full%example.org@[127.0.0.1]",
                "full%example.org%inner.example@outer.example",
                "full%example.org%a.example%b.example@[127.0.0.1]",
                "example.org!full@[127.0.0.1]",
                "EXAMPLE.org.!Full+x@lab.example.net",
                "mx.example!full%example.org@mx.example",
                "full@example.org@[127.0.0.1]",
                "full%example.org@mx.example@[127.0.0.1]"
            })
    void aFullMailboxIsFoundHoweverItIsWritten(String key) {
        assertThat(answer(key)).isEqualTo(FULL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "room@example.org",
                "room+x@example.org",
                "untold@example.org",
                "closed@example.org",
                "nobody@example.org",
                "example.org",
                "org",
                "full@",
                "full",
                "@example.org",
                "full@example.org..",
                "full%example.org",
                "full%example.org@",
                "full@example.org@",
                "mx.example!example.org!full",
                "full@[192.0.2.7]",
                "example.org!a!full@lab.example.net",
                "example.org!full%other@lab.example.net",
                "!full@lab.example.net",
                "example.org!@lab.example.net",
                "full@[127.0.0.1]",
                "full@[IPv6:::1]",
                "%example.org@lab.example.net",
                "full%@lab.example.net",
                "full%example.net@example.org",
                "room%example.org@lab.example.net",
                "full%example.org%a.example%b.example%c.example@d.example",
                "+x@example.org",
                "full@example.org,room@example.org",
                "192.0.2.7",
                "full@exam ple.org",
                "' OR '1'='1@example.org",
                "full@example.org\0",
                "full\n@example.org",
                "%@example.org",
                "ful_@example.org"
            })
    void everythingElseIsMissing(String key) {
        assertThat(answer(key)).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void routesAndLengthHaveAnEnd() {
        assertThat(answer("full@example.org" + "%".repeat(100_000) + "@example.org"))
                .isEqualTo(LookupResult.MISSING);
        assertThat(answer("a%".repeat(1000) + "@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @ParameterizedTest
    @CsvSource({
        "room@example.org, 0, false",
        "room@example.org, 1, false",
        "room@example.org, 2, true",
        "room@example.org, 9223372036854775807, true",
        "full@example.org, 0, true",
        "many@example.org, 0, true",
        "many@example.org, 5000, true",
        "closed@example.org, 5000, false",
        "nobody@example.org, 5000, false",
        "untold@example.org, 1, false",
        "untold@example.org, 2, true",
    })
    void theSizeOfTheMessageCounts(String key, long size, boolean refused) {
        assertThat(quota.answer(key, size).result()).isEqualTo(refused ? FULL : LookupResult.MISSING);
    }

    @Test
    void anAcceptedEventCountsAtOnce() {
        answer("room@example.org");
        pending.record(
                new MailAddress("room@example.org"), new MailboxChange(null, null, CounterChange.set(100L), null));
        assertThat(answer("room@example.org")).isEqualTo(FULL);
        pending.record(new MailAddress("room@example.org"), new MailboxChange(null, null, CounterChange.set(5L), null));
        assertThat(answer("room@example.org")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void whatIsInMemoryCostsNoQuery() {
        answer("full+x@example.org");
        assertThat(source.queries).hasSize(1);
        answer("nobody@example.org");
        int asked = source.queries.size() + source.subscriberQueries.size();
        source.bufferedBytes = true;
        for (String key : List.of("full+x@example.org", "full@example.org", "nobody@example.org")) {
            assertThat(quota.answer(key).isComplete()).isTrue();
        }
        assertThat(source.queries.size() + source.subscriberQueries.size()).isEqualTo(asked);
    }

    @Test
    void withoutTheDatabaseTheLastKnownFiguresOrNone() {
        answer("full@example.org");
        source.down = true;
        time.advance(Duration.ofHours(1));
        assertThat(answer("full@example.org")).isEqualTo(FULL);
        assertThat(answer("room@example.org")).isInstanceOf(LookupResult.TempFail.class);
        assertThat(answer("not an address")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void withoutTheDatabaseAnExtensionIsItsMailboxes() {
        answer("full@example.org");
        source.down = true;
        time.advance(Duration.ofHours(1));
        assertThat(answer("full+new@example.org")).isEqualTo(FULL);
        assertThat(answer("full+newer@example.org")).isEqualTo(FULL);
        assertThat(answer("room+new@example.org")).isInstanceOf(LookupResult.TempFail.class);
    }

    @Test
    void whileTheDatabaseHangsAnExtensionIsItsMailboxes() {
        answer("full@example.org");
        source.bufferedBytes = true;
        time.advance(Duration.ofHours(1));
        quota.answer("full@example.org");
        time.advance(CoalescingLoader.TIMEOUT);
        assertThat(answer("full+new@example.org")).isEqualTo(FULL);
    }

    @Test
    void anExtensionThatIsNotKnownIsWaitedForNoLongerThanItsMailbox() {
        answer("full@example.org");
        source.bufferedBytes = true;
        time.advance(Duration.ofHours(1));
        Future<LookupResult> first = quota.answer("full+new@example.org");
        Future<LookupResult> gathered = quota.answer("full+newer@example.org");
        time.advance(CoalescingLoader.TIMEOUT);
        assertThat(List.of(first.result(), gathered.result())).containsExactly(FULL, FULL);
    }

    private LookupResult answer(String key) {
        Future<LookupResult> answer = quota.answer(key);
        assertThat(answer.succeeded()).isTrue();
        return answer.result();
    }
}
