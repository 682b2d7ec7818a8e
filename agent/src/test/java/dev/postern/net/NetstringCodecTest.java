package dev.postern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.testing.SeededRandom;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetstringCodecTest {

    private static final int MAX = 10_000;

    @Test
    void readsWhatPostfixSends() throws FramingException {
        assertThat(read("21:quota hit@example.com,20:quota nf@example.com,"))
                .containsExactly("quota hit@example.com", "quota nf@example.com");
    }

    @Test
    void splitsAnywhereChangeNothing() throws FramingException {
        Buffer stream = Buffer.buffer("21:quota aé@example.com,0:,3:a,b,9:3:abc,4:x,5:,,,,,,");
        List<String> whole = read(stream);
        assertThat(whole).containsExactly("quota aé@example.com", "", "a,b", "3:abc,4:x", ",,,,,");
        for (int i = 0; i <= stream.length(); i++) {
            for (int j = i; j <= stream.length(); j++) {
                assertThat(read(stream.slice(0, i), stream.slice(i, j), stream.slice(j, stream.length())))
                        .isEqualTo(whole);
            }
        }
        assertThat(read(bytewise(stream))).isEqualTo(whole);
    }

    @Test
    void lengthCountsBytes() throws FramingException {
        assertThat(read("2:é,")).containsExactly("é");
        assertThat(NetstringCodec.encode("é").toString()).isEqualTo("2:é,");
    }

    @Test
    void acceptsLeadingZerosAsPostfixDoes() throws FramingException {
        assertThat(read("0003:abc,00:,")).containsExactly("abc", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-3:abc,", "+3:abc,", " 3:abc,", "3 :abc,", ":,", "quota alice@example.org\n", "2:abc,", "3:abcd,",
                "3:abc;", "\0", "9999999999", "0000000003:abc,", "10001:", "999999999:", "é", "3\r\n:abc,"
            })
    void breaksOffAtBrokenFraming(String stream) {
        Buffer whole = Buffer.buffer(stream);
        assertThatThrownBy(() -> read(whole)).isInstanceOf(FramingException.class);
        assertThatThrownBy(() -> read(bytewise(whole))).isInstanceOf(FramingException.class);
    }

    @Test
    void staysBroken() {
        NetstringCodec netstrings = new NetstringCodec(MAX);
        netstrings.feed(Buffer.buffer("x"));
        assertThatThrownBy(netstrings::next).isInstanceOf(FramingException.class);
        netstrings.feed(Buffer.buffer("3:abc,"));
        assertThatThrownBy(netstrings::next).isInstanceOf(FramingException.class);
    }

    @Test
    void payloadsBeforeTheBreakAreGiven() throws FramingException {
        NetstringCodec netstrings = new NetstringCodec(MAX);
        netstrings.feed(Buffer.buffer("3:abc,-"));
        assertThat(netstrings.next()).hasToString("abc");
        assertThatThrownBy(netstrings::next).isInstanceOf(FramingException.class);
    }

    @Test
    void refusesTooLongAtItsLengthAlready() throws FramingException {
        String longest = "x".repeat(MAX);
        assertThat(read(NetstringCodec.encode(longest))).containsExactly(longest);
        assertThatThrownBy(() -> read(MAX + 1 + ":")).hasMessage("netstring too long");
    }

    @Test
    void doesNotKeepTheBufferItWasFed() throws FramingException {
        NetstringCodec netstrings = new NetstringCodec(MAX);
        Buffer fed = Buffer.buffer("3:a");
        netstrings.feed(fed);
        fed.setString(0, "???");
        netstrings.feed(Buffer.buffer("bc,"));
        assertThat(netstrings.next()).hasToString("abc");
        assertThat(fed.length()).isEqualTo(3);
    }

    @Test
    void whatIsWrittenIsReadInAnyPieces() throws FramingException {
        Random random = SeededRandom.random();
        for (int round = 0; round < 300; round++) {
            List<String> payloads = new ArrayList<>();
            Buffer stream = Buffer.buffer();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String payload = text(random, random.nextInt(10) == 0 ? 3000 : 40);
                payloads.add(payload);
                stream.appendBuffer(NetstringCodec.encode(payload));
            }
            assertThat(read(pieces(random, stream))).isEqualTo(payloads);
        }
    }

    @Test
    void noiseIsPayloadOrBrokenAndNeverAnythingElse() {
        Random random = SeededRandom.random();
        byte[] likely = "0123456789:,-x \n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int round = 0; round < 20_000; round++) {
            Buffer stream = Buffer.buffer();
            for (int i = random.nextInt(40); i >= 0; i--) {
                stream.appendByte(
                        random.nextInt(8) == 0 ? (byte) random.nextInt(256) : likely[random.nextInt(likely.length)]);
            }
            String whole = outcome(stream);
            assertThat(outcome(pieces(random, stream))).isEqualTo(whole);
        }
    }

    private static String outcome(Buffer... pieces) {
        NetstringCodec netstrings = new NetstringCodec(MAX);
        StringBuilder seen = new StringBuilder();
        try {
            for (Buffer piece : pieces) {
                netstrings.feed(piece);
                for (Buffer payload = netstrings.next(); payload != null; payload = netstrings.next()) {
                    seen.append(payload).append('|');
                }
            }
        } catch (FramingException broken) {
            seen.append(broken.getMessage());
        }
        return seen.toString();
    }

    private static List<String> read(String stream) throws FramingException {
        return read(Buffer.buffer(stream));
    }

    private static List<String> read(Buffer... pieces) throws FramingException {
        NetstringCodec netstrings = new NetstringCodec(MAX);
        List<String> payloads = new ArrayList<>();
        for (Buffer piece : pieces) {
            netstrings.feed(piece);
            for (Buffer payload = netstrings.next(); payload != null; payload = netstrings.next()) {
                payloads.add(payload.toString());
            }
        }
        return payloads;
    }

    private static Buffer[] bytewise(Buffer stream) {
        Buffer[] pieces = new Buffer[stream.length()];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = stream.getBuffer(i, i + 1);
        }
        return pieces;
    }

    private static Buffer[] pieces(Random random, Buffer stream) {
        List<Buffer> pieces = new ArrayList<>();
        for (int i = 0; i < stream.length(); ) {
            int end = Math.min(stream.length(), i + random.nextInt(1 + random.nextInt(200)));
            pieces.add(stream.getBuffer(i, end));
            i = end;
        }
        return pieces.toArray(Buffer[]::new);
    }

    private static String text(Random random, int bound) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(bound); i > 0; i--) {
            text.append(
                    random.nextInt(5) == 0 ? "0:,é\n".charAt(random.nextInt(5)) : (char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }
}
