package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins that a journal has kept over a restart, and the windows that they open. */
class RecoveredLoginTest {

    private static final MailAddress ALICE = new MailAddress("alice@example.org");
    private static final MailAddress BOB = new MailAddress("bob@example.org");
    private static final IpAddress HOME = IpAddress.parse("192.0.2.7");
    private static final IpAddress OFFICE = IpAddress.parse("192.0.2.8");

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime();

    @Test
    void aClockThatWasAheadOpensNothingOnceItIsSetRight() {
        time.advance(Duration.ofHours(1));
        Journal journal = opened().journal();
        assertThat(journal.append(List.of(login(1, ALICE, HOME, time.instant())))
                        .failure())
                .isNull();
        time.advance(Duration.ofHours(-1));
        assertThat(journal.append(List.of(login(2, BOB, OFFICE, time.instant())))
                        .failure())
                .isNull();
        journal.close();

        RelayWindows windows = new RelayWindows(Duration.ofMinutes(1), List.of(), 10);
        EventIntake intake = new EventIntake(new PendingChanges(10, 10, 1 << 20, time), windows, time);
        OpenResult.OpenedJournal again = opened();
        again.batches().forEach(intake::restore);
        again.journal().close();
        assertThat(windows.addresses(HOME, time.instant())).isEmpty();
        assertThat(windows.addresses(OFFICE, time.instant())).containsExactly(BOB);
        time.advance(Duration.ofHours(1));
        assertThat(windows.addresses(HOME, time.instant())).isEmpty();
    }

    private static Batch login(long number, MailAddress address, IpAddress ip, Instant at) {
        return new Batch(number, List.of(new Batch.RowChange(address, new MailboxChange(ip, at, null, null))));
    }

    private OpenResult.OpenedJournal opened() {
        return (OpenResult.OpenedJournal) Journal.open(directory);
    }
}
