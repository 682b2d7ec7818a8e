package dev.postern.net;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads netstrings from a stream that comes in any pieces: {@code <length>:<bytes>,} with the length in decimal digits.
 * Payloads are taken one by one, so that a caller that cannot take more leaves them here.
 *
 * <p>Leading zeros are accepted, as Postfix does ({@code util/netstring.c}); a length without digits is not. Holds what
 * was fed and not yet taken, besides that nothing.
 */
public final class NetstringCodec {

    private static final int MAX_DIGITS = 9;

    private final int maxPayload;
    private Buffer bytes = Buffer.buffer();
    private int position;

    /**
     * A reader at the begin of a stream.
     *
     * @param maxPayload the longest payload in bytes
     */
    public NetstringCodec(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    /** The netstring of a text in UTF-8. */
    public static Buffer encode(String payload) {
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer(text.length + MAX_DIGITS + 2)
                .appendString(Integer.toString(text.length))
                .appendByte((byte) ':')
                .appendBytes(text)
                .appendByte((byte) ',');
    }

    /** Adds what has arrived; it is copied. */
    public void feed(Buffer arrived) {
        if (position > 0 || bytes.length() == 0) {
            int rest = bytes.length() - position;
            Buffer fresh = Buffer.buffer(rest + arrived.length());
            bytes = fresh.appendBuffer(bytes, position, rest);
            position = 0;
        }
        bytes.appendBuffer(arrived);
    }

    /**
     * Takes the next payload.
     *
     * @return null when it has not arrived as a whole yet
     * @throws FramingException when the stream is broken here; so it remains
     */
    public @Nullable Buffer next() throws FramingException {
        int colon = colon();
        if (colon < 0) {
            return null;
        }
        int start = colon + 1;
        int comma = start + length(colon);
        if (comma >= bytes.length()) {
            return null;
        }
        if (bytes.getByte(comma) != ',') {
            throw new FramingException("no comma after a netstring");
        }
        Buffer payload = bytes.getBuffer(start, comma);
        position = comma + 1;
        if (position == bytes.length()) {
            // A silent connection holds no memory.
            bytes = Buffer.buffer();
            position = 0;
        }
        return payload;
    }

    /** Bytes in memory that were not taken yet. */
    public int bufferedBytes() {
        return bytes.length();
    }

    /** Where the length ends, -1 while only digits are there. */
    private int colon() throws FramingException {
        for (int i = position; i < bytes.length(); i++) {
            byte c = bytes.getByte(i);
            if (c == ':' && i > position) {
                return i;
            }
            if (c < '0' || c > '9' || i - position >= MAX_DIGITS) {
                throw new FramingException("no netstring length");
            }
        }
        return -1;
    }

    private int length(int colon) throws FramingException {
        int length = 0;
        for (int i = position; i < colon; i++) {
            length = length * 10 + bytes.getByte(i) - '0';
        }
        if (length > maxPayload) {
            throw new FramingException("netstring too long");
        }
        return length;
    }
}
