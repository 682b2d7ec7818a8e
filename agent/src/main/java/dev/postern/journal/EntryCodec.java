package dev.postern.journal;

import dev.postern.model.CounterChange;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An {@link JournalEntry} as bytes, big-endian: batch (8), length of the address (2), the address in UTF-8, and the
 * change: one byte of flags for what is there, then the IP (4 or 16), the time (seconds 8, nanoseconds 4), and each
 * figure that has a value (8).
 */
final class EntryCodec {

    /** Longest form in bytes: an address has at most 255 characters of at most three bytes. */
    static final int MAX_BYTES = 8 + 2 + 3 * MailAddress.MAX_LENGTH + 1 + 16 + 12 + 8 + 8;

    private static final int IP_V4 = 1;
    private static final int IP_V6 = 1 << 1;
    private static final int TIME = 1 << 2;
    private static final int BYTES_SHIFT = 3;
    private static final int MESSAGES_SHIFT = 5;
    private static final int UNUSED = 1 << 7;

    private static final int NO_FIGURE = 0;
    private static final int SET = 1;
    private static final int INCREMENT = 2;
    private static final int UNSET = 3;

    private static final int NANOS = 1_000_000_000;
    private static final long MAPPED = 0xffff_0000_0000L;

    private EntryCodec() {}

    /** Writes an entry; there must be room for {@link #MAX_BYTES}. */
    static void write(JournalEntry entry, ByteBuffer to) {
        byte[] address = entry.address().value().getBytes(StandardCharsets.UTF_8);
        to.putLong(entry.batch()).putShort((short) address.length).put(address);
        write(entry.change(), to);
    }

    /** Reads an entry; null when these bytes are none that {@link #write} could have written. */
    static @Nullable JournalEntry read(ByteBuffer from) {
        try {
            long batch = from.getLong();
            MailAddress address = address(from);
            MailboxChange change = change(from);
            return batch < 0 || address == null || change == null ? null : new JournalEntry(batch, address, change);
        } catch (BufferUnderflowException incomplete) {
            return null;
        }
    }

    private static void write(MailboxChange change, ByteBuffer to) {
        IpAddress ip = change.lastip();
        int ipKind = ip == null ? 0 : ip.isV4() ? IP_V4 : IP_V6;
        int time = change.lasttime() == null ? 0 : TIME;
        to.put((byte)
                (ipKind | time | (kind(change.bytes()) << BYTES_SHIFT) | (kind(change.messages()) << MESSAGES_SHIFT)));
        if (ip != null) {
            write(ip, to);
        }
        if (change.lasttime() != null) {
            write(change.lasttime(), to);
        }
        write(change.bytes(), to);
        write(change.messages(), to);
    }

    private static void write(IpAddress ip, ByteBuffer to) {
        if (ip.isV4()) {
            to.putInt((int) ip.low());
        } else {
            to.putLong(ip.high()).putLong(ip.low());
        }
    }

    private static void write(Instant time, ByteBuffer to) {
        to.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    private static void write(@Nullable CounterChange figure, ByteBuffer to) {
        if (figure != null && figure.kind() != CounterChange.ChangeKind.UNSET) {
            to.putLong(figure.value());
        }
    }

    private static int kind(@Nullable CounterChange figure) {
        if (figure == null) {
            return NO_FIGURE;
        }
        return switch (figure.kind()) {
            case SET -> SET;
            case INCREMENT -> INCREMENT;
            case UNSET -> UNSET;
        };
    }

    private static @Nullable MailAddress address(ByteBuffer from) {
        int length = from.getShort();
        if (length < 0 || length > from.remaining()) {
            return null;
        }
        ByteBuffer bytes = from.slice(from.position(), length);
        from.position(from.position() + length);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            MailAddress address = MailAddress.parse(text);
            return address != null && address.value().equals(text) ? address : null;
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static @Nullable MailboxChange change(ByteBuffer from) {
        int there = from.get() & 0xff;
        if ((there & UNUSED) != 0 || (there & (IP_V4 | IP_V6)) == (IP_V4 | IP_V6)) {
            return null;
        }
        IpAddress ip = (there & (IP_V4 | IP_V6)) == 0 ? null : ip(from, (there & IP_V4) != 0);
        long seconds = (there & TIME) == 0 ? 0 : from.getLong();
        int nanos = (there & TIME) == 0 ? 0 : from.getInt();
        if (nanos < 0 || nanos >= NANOS || !isSecond(seconds)) {
            return null;
        }
        return new MailboxChange(
                ip,
                (there & TIME) == 0 ? null : Instant.ofEpochSecond(seconds, nanos),
                figure(from, (there >> BYTES_SHIFT) & UNSET),
                figure(from, (there >> MESSAGES_SHIFT) & UNSET));
    }

    private static boolean isSecond(long seconds) {
        return seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
    }

    private static IpAddress ip(ByteBuffer from, boolean v4) {
        return v4
                ? new IpAddress(0, MAPPED | (from.getInt() & 0xffff_ffffL))
                : new IpAddress(from.getLong(), from.getLong());
    }

    private static @Nullable CounterChange figure(ByteBuffer from, int kind) {
        return switch (kind) {
            case SET -> CounterChange.set(from.getLong());
            case INCREMENT -> CounterChange.increment(from.getLong());
            case UNSET -> CounterChange.unset();
            default -> null;
        };
    }
}
