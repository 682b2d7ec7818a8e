package dev.postern.dovecot.postlogin;

import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.net.TabEscaping;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second line: local IP, remote IP, user and the fields of userdb. Not a record: what it holds must not be printed.
 */
final class PostLoginLine {

    private static final String MASTER_USER = "master_user=";

    private final byte[] line;
    private final int rest;

    private PostLoginLine(byte[] line, int rest) {
        this.line = line;
        this.rest = rest;
    }

    /**
     * Reads it.
     *
     * @param line without its LF
     * @return null without a user, which has no answer
     */
    static @Nullable PostLoginLine parse(byte[] line) {
        int rest = after(line, after(line, 0));
        boolean user = rest > 0 && rest < line.length && line[rest] != '\t';
        return user ? new PostLoginLine(line, rest) : null;
    }

    /** What Dovecot is to have back: everything but the two IPs, as it came, and LF. */
    byte[] answer() {
        byte[] answer = Arrays.copyOfRange(line, rest, line.length + 1);
        answer[answer.length - 1] = '\n';
        return answer;
    }

    /**
     * The login.
     *
     * @return null when it is none of this user's own: a master user's; or when it came from no IP or to no address
     */
    Event.@Nullable Login login(String service, Instant now) {
        List<String> fields = TabEscaping.split(new String(line, StandardCharsets.UTF_8));
        IpAddress ip = IpAddress.parse(fields.get(1));
        MailAddress address = MailAddress.parse(fields.get(2));
        boolean own = fields.stream().skip(3).noneMatch(field -> field.startsWith(MASTER_USER));
        return own && ip != null && address != null
                ? new Event.Login(address, ip, service, now.truncatedTo(ChronoUnit.MICROS))
                : null;
    }

    /** Where the next field begins; negative when there is none. */
    private static int after(byte[] line, int from) {
        for (int i = from; i >= 0 && i < line.length; i++) {
            if (line[i] == '\t') {
                return i + 1;
            }
        }
        return -1;
    }
}
