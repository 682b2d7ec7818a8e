package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Ip;
import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
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

    private static final Address ALICE = new Address("alice@example.org");
    private static final Address BOB = new Address("bob@example.org");
    private static final Ip HOME = Ip.parse("192.0.2.7");
    private static final Ip OFFICE = Ip.parse("192.0.2.8");

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
        Intake intake = new Intake(new Ledger(10, 10, 1 << 20, time), windows, time);
        Opening.Opened again = opened();
        again.batches().forEach(intake::restore);
        again.journal().close();
        assertThat(windows.holders(HOME, time.instant())).isEmpty();
        assertThat(windows.holders(OFFICE, time.instant())).containsExactly(BOB);
        time.advance(Duration.ofHours(1));
        assertThat(windows.holders(HOME, time.instant())).isEmpty();
    }

    private static Batch login(long number, Address user, Ip ip, Instant at) {
        return new Batch(number, List.of(new Batch.Row(user, new Change(ip, at, null, null))));
    }

    private Opening.Opened opened() {
        return (Opening.Opened) Journal.open(directory);
    }
}
