package dev.postern.postfix.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.testing.ByteSplits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyFuzzTest {

    /** Of all requests that are answered; nothing at all and the mark that the peer was hung up on. */
    private static final Set<String> ACTIONS =
            Set.of("action=DUNNO\n\n", "action=permit\n\n", "action=452 4.2.2 Mailbox is over quota\n\n", "", "!");

    @MethodSource("transcripts")
    @FuzzTest
    void eachRequestGetsOneActionHoweverItComesAndNoneThatItHasNotEarned(byte[] sent) {
        String replies = PolicyFixture.replay(List.of(sent));
        assertThat(replies.split("(?<=\n\n)")).isSubsetOf(ACTIONS);
        if (!replies.endsWith("!")) {
            assertThat(replies.split("\n\n", -1)).hasSize(1 + requests(sent));
        }
        if (replies.contains("permit")) {
            assertThat(new String(sent, UTF_8)).contains("=pop-before-smtp\n").containsAnyOf(clients());
        }
        for (List<byte[]> pieces : ByteSplits.some(sent)) {
            assertThat(PolicyFixture.replay(pieces)).isEqualTo(replies);
        }
    }

    static List<byte[]> transcripts() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (Path file : PolicyTranscriptTest.transcripts()) {
            sent.add(PolicyTranscriptTest.sent(file));
        }
        return sent;
    }

    private static CharSequence[] clients() {
        return PolicyFixture.OPEN.stream()
                .map(ip -> "client_address=" + ip + "\n")
                .toArray(CharSequence[]::new);
    }

    /** Empty lines: each ends a request, also one without a single attribute. */
    private static int requests(byte[] sent) {
        int empty = 0;
        byte before = '\n';
        for (byte b : sent) {
            empty += b == '\n' && before == '\n' ? 1 : 0;
            before = b;
        }
        return empty;
    }
}
