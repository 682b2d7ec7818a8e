package dev.postern.postfix.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.testing.ByteSplits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class SocketmapFuzzTest {

    @MethodSource("transcripts")
    @FuzzTest
    void eachRequestGetsOneReplyHoweverItComes(byte[] sent) {
        String replies = SocketmapFixture.replay(List.of(sent));
        assertThat(unframed(replies))
                .allMatch(reply -> reply.matches("(OK|TEMP|PERM|TIMEOUT|NOTFOUND) [^\\p{Cntrl}]*"));
        for (List<byte[]> pieces : ByteSplits.some(sent)) {
            assertThat(SocketmapFixture.replay(pieces)).isEqualTo(replies);
        }
    }

    static List<byte[]> transcripts() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (Path file : SocketmapTranscriptTest.transcripts()) {
            sent.add(SocketmapTranscriptTest.sent(Files.readAllLines(file)));
        }
        return sent;
    }

    /** What Postfix reads. */
    private static List<String> unframed(String replies) {
        List<String> read = new ArrayList<>();
        String rest = replies.endsWith("!") ? replies.substring(0, replies.length() - 1) : replies;
        while (!rest.isEmpty()) {
            int colon = rest.indexOf(':');
            int comma = colon + 1 + Integer.parseInt(rest.substring(0, colon));
            assertThat(rest.charAt(comma)).isEqualTo(',');
            read.add(rest.substring(colon + 1, comma));
            rest = rest.substring(comma + 1);
        }
        return read;
    }
}
