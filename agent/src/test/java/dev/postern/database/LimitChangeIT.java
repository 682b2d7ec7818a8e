package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.address;
import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailbox.MailboxView;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.ManualTime;
import dev.postern.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A limit that is changed in the database is in force for lookups within {@code cache_time}. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class LimitChangeIT {

    private static final Duration CACHE_TIME = Duration.ofSeconds(10);

    @Test
    void isNoticedWithinTheCacheTime(TestDatabase database) throws Exception {
        database.execute("INSERT INTO user (email, bytes, max_bytes) VALUES ('alice@example.org', 10, 100)");
        ManualTime time = new ManualTime();
        try (MailboxStoreFixture fixture = new MailboxStoreFixture(database, Duration.ofSeconds(20))) {
            PendingChanges pending = new PendingChanges(1000, 512, 1, time);
            MailboxView view =
                    new MailboxView(pending, fixture.store::load, 1000, CACHE_TIME, time, time, fixture.meters);
            assertThat(await(view.find(address("alice"))).overQuota()).isFalse();

            database.execute("UPDATE user SET max_bytes = 5");
            time.advance(CACHE_TIME.minusMillis(1));
            assertThat(view.find(address("alice")).isComplete()).isTrue();
            time.advance(Duration.ofMillis(1));
            assertThat(await(view.find(address("alice"))).overQuota()).isTrue();
        }
    }
}
