package dev.postern.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.MailboxFilter;
import dev.postern.model.MailboxPage;
import dev.postern.model.MailboxRows;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MailboxListTest {

    private static final MailboxFilter ALL = new MailboxFilter(null, null, null, null);

    private final ManualTime time = new ManualTime();
    private final PendingChanges pending = new PendingChanges(100, 10, 7, time);
    private Promise<MailboxPage> answer = Promise.promise();
    private int asked;
    private final MailboxList mailboxes = new MailboxList(
            pending,
            (filter, after, limit) -> {
                asked = limit;
                answer = Promise.promise();
                return answer.future();
            },
            time,
            time);

    @Test
    void aRowMoreThanAskedForSaysThatThereIsAnotherPage() {
        Future<MailboxList.ListPart> page = mailboxes.page(ALL, "", 2);
        assertThat(asked).isEqualTo(3);
        answer.complete(new MailboxPage(List.of(row("a", 1), row("b", 1), row("c", 1)), 0));
        assertThat(page.result().items())
                .extracting(seen -> seen.mailbox().email().value())
                .containsExactly("a@x.org", "b@x.org");
        assertThat(page.result().next()).isEqualTo("b@x.org");
        Future<MailboxList.ListPart> last = mailboxes.page(ALL, "b@x.org", 2);
        answer.complete(new MailboxPage(List.of(row("c", 1)), 0));
        assertThat(last.result().next()).isNull();
    }

    @Test
    void whereTheNextPageBeginsTellsNothingOfOtherDomains() {
        MailboxFilter own = new MailboxFilter(null, Set.of("x.org"), null, null);
        Mailbox foreign = new Mailbox(new MailAddress("b@other.org"), true, null, null, 1L, null, 0, 0);
        Future<MailboxList.ListPart> page = mailboxes.page(own, "", 2);
        answer.complete(new MailboxPage(List.of(row("a", 1), foreign, row("c", 1)), 0));
        assertThat(page.result().items()).hasSize(1);
        assertThat(page.result().next()).isEqualTo("a@x.org");
        Future<MailboxList.ListPart> nothing = mailboxes.page(own, "", 1);
        answer.complete(new MailboxPage(List.of(foreign, foreign), 0));
        assertThat(nothing.result().next()).isNull();
    }

    @Test
    void whatIsAcceptedAndNotWrittenIsSeen() {
        pending.record(address("a"), bytes(50));
        Future<MailboxList.ListPart> page = mailboxes.page(ALL, "", 2);
        answer.complete(new MailboxPage(List.of(row("a", 1), row("b", 1)), 6));
        assertThat(page.result().items().get(0).mailbox().bytes()).isEqualTo(50);
        assertThat(page.result().items()).extracting(MailboxSnapshot::pending).containsExactly(true, false);
    }

    @Test
    void whatIsWrittenWhileAPageIsReadIsSeenToo() {
        pending.record(address("a"), bytes(50));
        Future<MailboxList.ListPart> page = mailboxes.page(ALL, "", 2);
        pending.poll();
        pending.confirm();
        mailboxes.refreshed(List.of(address("a")), new MailboxRows(Map.of(address("a"), row("a", 50)), 7));
        answer.complete(new MailboxPage(List.of(row("a", 1)), 6));
        assertThat(page.result().items().get(0).mailbox().bytes()).isEqualTo(50);
        assertThat(page.result().items().get(0).pending()).isFalse();
    }

    @Test
    void aPageThatIsNewerThanWhatWasReadBackStands() {
        Future<MailboxList.ListPart> page = mailboxes.page(ALL, "", 2);
        mailboxes.refreshed(List.of(address("a")), new MailboxRows(Map.of(address("a"), row("a", 50)), 7));
        answer.complete(new MailboxPage(List.of(row("a", 60)), 8));
        assertThat(page.result().items().get(0).mailbox().bytes()).isEqualTo(60);
    }

    @Test
    void oneThatFitsNoMoreIsLeftOut() {
        Future<MailboxList.ListPart> page = mailboxes.page(new MailboxFilter(null, null, true, null), "", 2);
        pending.record(address("a"), bytes(50));
        answer.complete(new MailboxPage(List.of(row("a", 100), row("b", 100)), 6));
        assertThat(page.result().items())
                .extracting(seen -> seen.mailbox().email().value())
                .containsExactly("b@x.org");
    }

    @Test
    void theLastPageIsRememberedForWhenTheDatabaseIsAway() {
        Instant before = time.instant();
        mailboxes.page(ALL, "", 2);
        answer.complete(new MailboxPage(List.of(row("a", 1)), 6));
        assertThat(mailboxes.remembered()).isEqualTo(2);
        time.advance(java.time.Duration.ofMinutes(5));
        pending.record(address("a"), bytes(50));
        Future<MailboxList.ListPart> known = mailboxes.page(ALL, "", 2);
        answer.fail("away");
        assertThat(known.result().asOf()).isEqualTo(before);
        assertThat(known.result().items().get(0).mailbox().bytes()).isEqualTo(50);
        Future<MailboxList.ListPart> unknown = mailboxes.page(ALL, "z", 2);
        answer.fail("away");
        assertThat(unknown.cause()).isInstanceOf(UnavailableException.class);
        Future<MailboxList.ListPart> current = mailboxes.current(ALL, "", 2);
        answer.fail("away");
        assertThat(current.failed()).isTrue();
    }

    @Test
    void aHangingDatabaseIsNotWaitedForWhenThePageIsKnown() {
        Instant before = time.instant();
        mailboxes.page(ALL, "", 2);
        answer.complete(new MailboxPage(List.of(row("a", 1)), 6));
        time.advance(java.time.Duration.ofMinutes(5));
        Future<MailboxList.ListPart> known = mailboxes.page(ALL, "", 2);
        Promise<MailboxPage> hanging = answer;
        Future<MailboxList.ListPart> unknown = mailboxes.page(ALL, "z", 2);
        time.advance(CoalescingLoader.TIMEOUT);
        assertThat(known.result().asOf()).isEqualTo(before);
        assertThat(unknown.isComplete()).isFalse();
        hanging.complete(new MailboxPage(List.of(row("a", 2)), 6));
        Future<MailboxList.ListPart> next = mailboxes.page(ALL, "", 2);
        time.advance(CoalescingLoader.TIMEOUT);
        assertThat(next.result().items().get(0).mailbox().bytes()).isEqualTo(2);
    }

    private static MailboxChange bytes(long value) {
        return new MailboxChange(null, null, CounterChange.set(value), null);
    }

    private static MailAddress address(String user) {
        return new MailAddress(user + "@x.org");
    }

    private static Mailbox row(String user, long bytes) {
        return new Mailbox(address(user), true, null, null, bytes, null, 100, 0);
    }
}
