package dev.postern.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Address;
import dev.postern.model.Change;
import dev.postern.model.Figure;
import dev.postern.model.Mailbox;
import dev.postern.model.Page;
import dev.postern.model.Rows;
import dev.postern.model.Selection;
import dev.postern.pending.Ledger;
import dev.postern.testing.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListingTest {

    private static final Selection ALL = new Selection(null, null, null, null);

    private final ManualTime time = new ManualTime();
    private final Ledger ledger = new Ledger(100, 10, 7, time);
    private Promise<Page> answer = Promise.promise();
    private int asked;
    private final Listing listing = new Listing(
            ledger,
            (selection, after, limit) -> {
                asked = limit;
                answer = Promise.promise();
                return answer.future();
            },
            time);

    @Test
    void aRowMoreThanAskedForSaysThatThereIsAnotherPage() {
        Future<Listing.Part> page = listing.page(ALL, "", 2);
        assertThat(asked).isEqualTo(3);
        answer.complete(new Page(List.of(row("a", 1), row("b", 1), row("c", 1)), 0));
        assertThat(page.result().items())
                .extracting(seen -> seen.mailbox().email().value())
                .containsExactly("a@x.org", "b@x.org");
        assertThat(page.result().next()).isEqualTo("b@x.org");
        Future<Listing.Part> last = listing.page(ALL, "b@x.org", 2);
        answer.complete(new Page(List.of(row("c", 1)), 0));
        assertThat(last.result().next()).isNull();
    }

    @Test
    void whatIsAcceptedAndNotWrittenIsSeen() {
        ledger.record(address("a"), bytes(50));
        Future<Listing.Part> page = listing.page(ALL, "", 2);
        answer.complete(new Page(List.of(row("a", 1), row("b", 1)), 6));
        assertThat(page.result().items().get(0).mailbox().bytes()).isEqualTo(50);
        assertThat(page.result().items()).extracting(Seen::pending).containsExactly(true, false);
    }

    @Test
    void whatIsWrittenWhileAPageIsReadIsSeenToo() {
        ledger.record(address("a"), bytes(50));
        Future<Listing.Part> page = listing.page(ALL, "", 2);
        ledger.take();
        ledger.confirm();
        listing.refreshed(List.of(address("a")), new Rows(Map.of(address("a"), row("a", 50)), 7));
        answer.complete(new Page(List.of(row("a", 1)), 6));
        assertThat(page.result().items().get(0).mailbox().bytes()).isEqualTo(50);
        assertThat(page.result().items().get(0).pending()).isFalse();
    }

    @Test
    void aPageThatIsNewerThanWhatWasReadBackStands() {
        Future<Listing.Part> page = listing.page(ALL, "", 2);
        listing.refreshed(List.of(address("a")), new Rows(Map.of(address("a"), row("a", 50)), 7));
        answer.complete(new Page(List.of(row("a", 60)), 8));
        assertThat(page.result().items().get(0).mailbox().bytes()).isEqualTo(60);
    }

    @Test
    void oneThatFitsNoMoreIsLeftOut() {
        Future<Listing.Part> page = listing.page(new Selection(null, null, true, null), "", 2);
        ledger.record(address("a"), bytes(50));
        answer.complete(new Page(List.of(row("a", 100), row("b", 100)), 6));
        assertThat(page.result().items())
                .extracting(seen -> seen.mailbox().email().value())
                .containsExactly("b@x.org");
    }

    @Test
    void theLastPageIsRememberedForWhenTheDatabaseIsAway() {
        Instant before = time.instant();
        listing.page(ALL, "", 2);
        answer.complete(new Page(List.of(row("a", 1)), 6));
        assertThat(listing.remembered()).isEqualTo(2);
        time.advance(java.time.Duration.ofMinutes(5));
        ledger.record(address("a"), bytes(50));
        Future<Listing.Part> known = listing.page(ALL, "", 2);
        answer.fail("away");
        assertThat(known.result().asOf()).isEqualTo(before);
        assertThat(known.result().items().get(0).mailbox().bytes()).isEqualTo(50);
        Future<Listing.Part> unknown = listing.page(ALL, "z", 2);
        answer.fail("away");
        assertThat(unknown.cause()).isInstanceOf(UnavailableException.class);
        Future<Listing.Part> current = listing.current(ALL, "", 2);
        answer.fail("away");
        assertThat(current.failed()).isTrue();
    }

    private static Change bytes(long value) {
        return new Change(null, null, Figure.set(value), null);
    }

    private static Address address(String user) {
        return new Address(user + "@x.org");
    }

    private static Mailbox row(String user, long bytes) {
        return new Mailbox(address(user), true, null, null, bytes, null, 100, 0);
    }
}
