package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.address;
import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxFilter;
import dev.postern.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Every statement of the store once, for a database or a server that is not as usual. */
final class StoreExercise {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private StoreExercise() {}

    /** One row, and a set of them that is filled up. */
    static void readAndWrite(TestDatabase database) throws Exception {
        database.execute(
                "DELETE FROM user WHERE id > 0",
                "DELETE FROM subscription WHERE id > 0",
                "INSERT INTO user (email, surname) VALUES ('alice@example.org', 'a'), ('bob@example.org', 'b'),"
                        + " ('carol@example.org', 'c')",
                "INSERT INTO subscription (direction, email, recipient) VALUES ('I', 'list@example.org',"
                        + " 'bob@example.org')");
        try (MailboxStoreFixture fixture = new MailboxStoreFixture(database, Duration.ofSeconds(20))) {
            readAndWrite(fixture);
        }
    }

    private static void readAndWrite(MailboxStoreFixture fixture) throws Exception {
        await(fixture.store.check());
        fixture.flush(new Event.Login(address("alice"), IpAddress.parse("192.0.2.7"), "imap", NOON));
        List<Event> events = new ArrayList<>();
        for (String user : List.of("alice", "bob", "carol")) {
            events.add(new Event.QuotaUpdate(address(user), CounterChange.set(7L), CounterChange.set(1L)));
            events.add(new Event.Login(address(user), IpAddress.parse("2001:db8::7"), "imap", NOON.plusSeconds(1)));
        }
        fixture.flush(events.toArray(Event[]::new));
        assertThat(fixture.row("alice")).containsEntry("lastip", "2001:db8::7").containsEntry("bytes", "7");
        assertThat(fixture.row("carol")).containsEntry("messages", "1");
        for (int many = 1; many <= 3; many += 2) {
            List<MailAddress> asked = List.of(address("alice"), address("nobody"), address("list"))
                    .subList(0, many);
            assertThat(await(fixture.store.load(asked)).found()).containsOnlyKeys(address("alice"));
            List<MailAddress> lists =
                    List.of(address("list"), address("x"), address("y")).subList(0, many);
            assertThat(await(fixture.store.subscribers(lists, 10)))
                    .containsEntry(address("list"), List.of("bob@example.org"));
        }
        assertThat(await(fixture.store.recentlyLoggedIn(NOON, 10)).found()).hasSize(3);
        MailboxFilter filter = new MailboxFilter("ali", Set.of("example.org"), false, NOON.plusSeconds(9));
        assertThat(await(fixture.store.page(filter, "", 10)).rows()).hasSize(1);
    }
}
