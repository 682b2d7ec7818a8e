package dev.postern.database;

import dev.postern.database.UntrustedServerException.Distrust;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads along what a MySQL server sends, and finds what it must not ask for: a local file, ever; the password as clear
 * text or for a key of its own, unless the way to it is trusted. A state machine without I/O.
 *
 * <p>A request for a file is a packet that begins with 0xFB. In a text result a row whose first column is NULL does so
 * too: the statements that are sent as text have no such column, and rows of prepared statements begin with 0x00.
 */
final class PacketInspector {

    /** What the way to the server allows. */
    enum ServerWay {
        /** TCP as plain text. */
        PLAIN,
        /** The same, and the server's public key is known. */
        PINNED_KEY,
        /** TLS, as far as its peer is verified. */
        TLS,
        /** A Unix socket whose owner has been checked. */
        UNIX_SOCKET
    }

    private static final int HEADER = 4;
    private static final int MAX_LENGTH = 0xFFFFFF;

    /** More than any packet before the login is over. */
    private static final int MAX_AUTHENTICATION = 4096;

    private static final int OK = 0x00;
    private static final int MORE_DATA = 0x01;
    private static final int FAST_SUCCESS = 0x03;
    private static final int FULL_EXCHANGE = 0x04;
    private static final int LOCAL_FILE = 0xFB;
    private static final int SWITCH = 0xFE;
    private static final int ERROR = 0xFF;
    private static final String CLEAR = "mysql_clear_password";

    private final ServerWay way;
    private final byte[] start = new byte[MAX_AUTHENTICATION];
    private int headerBytes;
    private int length;
    private int read;
    private boolean continues;
    private boolean greeted;
    private boolean loggedIn;
    private boolean fullExchange;

    PacketInspector(ServerWay way) {
        this.way = way;
    }

    /**
     * Looks at the next bytes, which stay as they are.
     *
     * @return what is wrong with them; null = nothing so far
     */
    @Nullable
    Distrust inspect(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); ) {
            if (headerBytes < HEADER) {
                header(bytes.getUnsignedByte(i++));
            } else {
                int count = Math.min(length - read, bytes.writerIndex() - i);
                keep(bytes, i, count);
                i += count;
            }
            boolean wasGreeted = greeted;
            Distrust reason = headerBytes < HEADER ? null : inPacket();
            if (reason == null && greeted && !wasGreeted && way == ServerWay.TLS && i < bytes.writerIndex()) {
                return Distrust.PLAIN_TEXT;
            }
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    /** Whether what comes next has to be encrypted. */
    boolean expectsTls() {
        return way == ServerWay.TLS && greeted;
    }

    /**
     * Whether the server has just asked for the password itself, on a way where the client does not send it by itself.
     */
    boolean takeFullExchange() {
        boolean asked = fullExchange;
        fullExchange = false;
        return asked;
    }

    private void header(int octet) {
        if (headerBytes < 3) {
            length |= octet << (8 * headerBytes);
        }
        headerBytes++;
    }

    private void keep(ByteBuf bytes, int from, int count) {
        int room = Math.min(count, start.length - read);
        if (room > 0) {
            bytes.getBytes(from, start, read, room);
        }
        read += count;
    }

    private @Nullable Distrust inPacket() {
        if (loggedIn && read > 0 && !continues && first() == LOCAL_FILE) {
            return Distrust.LOCAL_FILE;
        }
        if (!loggedIn && length > MAX_AUTHENTICATION) {
            return Distrust.NOT_MYSQL;
        }
        if (read < length) {
            return null;
        }
        Distrust reason = loggedIn || length == 0 ? null : authentication();
        continues = length == MAX_LENGTH;
        headerBytes = 0;
        length = 0;
        read = 0;
        return reason;
    }

    private @Nullable Distrust authentication() {
        if (!greeted) {
            greeted = true;
            return contains(CLEAR) ? clearPassword() : null;
        }
        return switch (first()) {
            case OK -> {
                loggedIn = true;
                yield null;
            }
            case SWITCH -> contains(CLEAR) ? clearPassword() : null;
            case MORE_DATA -> moreData();
            case ERROR -> null;
            case LOCAL_FILE -> Distrust.LOCAL_FILE;
            default -> Distrust.NOT_MYSQL;
        };
    }

    private @Nullable Distrust moreData() {
        int flag = length == 2 ? start[1] : -1;
        if (flag == FAST_SUCCESS) {
            return null;
        }
        if (way == ServerWay.PLAIN) {
            return Distrust.KEY_EXCHANGE;
        }
        fullExchange = way == ServerWay.UNIX_SOCKET && flag == FULL_EXCHANGE;
        return flag == FULL_EXCHANGE ? null : Distrust.KEY_EXCHANGE;
    }

    private @Nullable Distrust clearPassword() {
        return way == ServerWay.TLS || way == ServerWay.UNIX_SOCKET ? null : Distrust.CLEAR_PASSWORD;
    }

    private int first() {
        return Byte.toUnsignedInt(start[0]);
    }

    private boolean contains(String name) {
        return new String(start, 0, length, StandardCharsets.ISO_8859_1).contains(name);
    }
}
