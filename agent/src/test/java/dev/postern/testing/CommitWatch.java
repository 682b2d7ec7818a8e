package dev.postern.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads along on a connection to MySQL, as far as it takes to see that something is being committed: a batch, or a
 * transaction. Servers number the statements of a connection in the order in which they are prepared, MariaDB going on
 * from another connection's; the one that is prepared first is executed first.
 */
final class CommitWatch {

    private static final byte QUERY = 0x03;
    private static final byte PREPARE = 0x16;
    private static final byte EXECUTE = 0x17;
    private static final String BATCH = "UPDATE postern_checkpoint c LEFT JOIN";
    private static final int HEADER = 4;

    private final Set<Integer> batches = new HashSet<>();
    private byte[] rest = new byte[0];
    private int prepared;
    private int first = -1;

    /** Whether something that commits is among what the client has sent. */
    boolean commits(byte[] buffer, int count) {
        int kept = rest.length;
        rest = Arrays.copyOf(rest, kept + count);
        System.arraycopy(buffer, 0, rest, kept, count);
        ByteBuffer bytes = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN);
        boolean commits = false;
        while (bytes.remaining() >= HEADER) {
            int header = bytes.getInt(bytes.position());
            int length = header & 0xff_ff_ff;
            if (bytes.remaining() < HEADER + length) {
                break;
            }
            boolean isCommand = (header >>> 24) == 0;
            commits |= isCommand
                    && commits(bytes.slice(bytes.position() + HEADER, length).order(ByteOrder.LITTLE_ENDIAN));
            bytes.position(bytes.position() + HEADER + length);
        }
        rest = Arrays.copyOfRange(rest, bytes.position(), rest.length);
        return commits;
    }

    private boolean commits(ByteBuffer command) {
        if (!command.hasRemaining()) {
            return false;
        }
        switch (command.get()) {
            case QUERY -> {
                return text(command).equals("COMMIT");
            }
            case PREPARE -> {
                if (text(command).startsWith(BATCH)) {
                    batches.add(prepared);
                }
                prepared++;
                return false;
            }
            case EXECUTE -> {
                int number = command.getInt();
                first = first < 0 ? number : first;
                return batches.contains(number - first);
            }
            default -> {
                return false;
            }
        }
    }

    private static String text(ByteBuffer command) {
        return StandardCharsets.UTF_8.decode(command).toString();
    }
}
