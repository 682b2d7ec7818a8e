package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.testing.SeededRandom;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryCodecTest {

    private static final MailboxChange NOTHING = new MailboxChange(null, null, null, null);

    @Test
    void theBytesAreTheseForGood() {
        MailboxChange change = new MailboxChange(
                IpAddress.parse("192.0.2.7"),
                Instant.ofEpochSecond(0x1234, 5),
                CounterChange.increment(-1),
                CounterChange.unset());
        assertThat(HexFormat.of().formatHex(written(new JournalEntry(258, new MailAddress("a@b.c"), change))))
                .isEqualTo("0000000000000102" + "0005" + "6140622e63" + "75" + "c0000207" + "0000000000001234"
                        + "00000005" + "ffffffffffffffff");
    }

    @Test
    void whatIsWrittenIsRead() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 20_000; i++) {
            JournalEntry entry = RandomEntries.random(random);
            assertThat(read(written(entry))).isEqualTo(entry);
        }
    }

    @Test
    void theBoundsFit() {
        MailAddress longest = MailAddress.parse("\u0800".repeat(MailAddress.MAX_LENGTH - 4) + "@b.c");
        MailboxChange most = new MailboxChange(
                new IpAddress(Long.MIN_VALUE, Long.MIN_VALUE),
                Instant.MAX,
                CounterChange.set(Long.MIN_VALUE),
                CounterChange.increment(Long.MAX_VALUE));
        JournalEntry entry = new JournalEntry(Long.MAX_VALUE, longest, most);
        assertThat(written(entry)).hasSizeLessThanOrEqualTo(EntryCodec.MAX_BYTES);
        assertThat(read(written(entry))).isEqualTo(entry);
        JournalEntry least = new JournalEntry(0, longest, new MailboxChange(null, Instant.MIN, null, null));
        assertThat(read(written(least))).isEqualTo(least);
    }

    @Test
    void everyAddressThatIsAcceptedIsReadAgain() {
        for (char c = 1; c < Character.MAX_VALUE; c++) {
            for (String user : new String[] {"a" + c + "@example.org", c + "b@example.org", "a@x" + c + ".org"}) {
                MailAddress address = MailAddress.parse(user);
                if (address != null) {
                    JournalEntry entry = new JournalEntry(1, address, NOTHING);
                    assertThat(read(written(entry))).isEqualTo(entry);
                }
            }
        }
    }

    @Test
    void nothingShortIsRead() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 200; i++) {
            byte[] bytes = written(RandomEntries.random(random));
            for (int length = 0; length < bytes.length; length++) {
                assertThat(read(Arrays.copyOf(bytes, length))).isNull();
            }
        }
    }

    @Test
    void whatIsNeverWrittenIsRefused() {
        byte[] bytes = written(new JournalEntry(1, new MailAddress("a@b.c"), NOTHING));
        assertThat(read(bytes)).isNotNull();
        assertThat(read(with(bytes, 0, 0x80))).as("a negative batch").isNull();
        assertThat(read(with(bytes, 8, 0xff))).as("a negative length").isNull();
        assertThat(read(with(bytes, 8, 0x7f))).as("a length beyond the end").isNull();
        assertThat(read(with(bytes, 10, 'A'))).as("upper case").isNull();
        assertThat(read(with(bytes, 11, 'x'))).as("no @").isNull();
        assertThat(read(with(bytes, 10, 0xc3))).as("no UTF-8").isNull();
        assertThat(read(with(bytes, 15, 0x80))).as("an unknown flag").isNull();
    }

    @Test
    void timesThatAreNoneAreRefused() {
        JournalEntry entry =
                new JournalEntry(1, new MailAddress("a@b.c"), new MailboxChange(null, Instant.EPOCH, null, null));
        byte[] bytes = written(entry);
        assertThat(read(with(bytes, 16, 0x7f))).as("a second beyond the last").isNull();
        assertThat(read(with(bytes, 24, 0x80))).as("negative nanoseconds").isNull();
        assertThat(read(with(bytes, 24, 0x3c))).as("a second of nanoseconds").isNull();
        byte[] both = written(new JournalEntry(
                1, new MailAddress("a@b.c"), new MailboxChange(new IpAddress(1, 1), null, null, null)));
        assertThat(read(with(both, 15, 3))).as("both kinds of IP").isNull();
    }

    @Test
    void noiseIsReadOrRefusedAndNeverThrows() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = written(RandomEntries.random(random));
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            JournalEntry entry = read(bytes);
            if (entry != null) {
                byte[] again = written(entry);
                // An IPv4 address has one form: a mapped one of 16 bytes becomes one of 4.
                assertThat(read(again)).isEqualTo(entry);
            }
        }
    }

    private static byte[] written(JournalEntry entry) {
        ByteBuffer buffer = ByteBuffer.allocate(EntryCodec.MAX_BYTES);
        EntryCodec.write(entry, buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static JournalEntry read(byte[] bytes) {
        return EntryCodec.read(ByteBuffer.wrap(bytes));
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }
}
