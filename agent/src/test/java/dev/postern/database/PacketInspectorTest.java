package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.database.PacketInspector.ServerWay;
import dev.postern.database.UntrustedServerException.Distrust;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PacketInspectorTest {

    private static final String GREETING = packet("\n8.0.0\0... mysql_native_password\0");
    private static final String OK = packet("\0\0\0\2\0\0\0");
    private static final String FILE = packet("\u00fb/etc/hostname");
    private static final String CLEAR = packet("\u00femysql_clear_password\0");
    private static final String FULL = packet("\1\4");
    private static final String KEY = packet("\1-----BEGIN PUBLIC KEY-----");

    @ParameterizedTest
    @EnumSource(value = ServerWay.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
    void noWayLetsAFileBeAskedFor(ServerWay way) {
        assertThat(inspect(way, GREETING + OK + FILE)).isEqualTo(Distrust.LOCAL_FILE);
        assertThat(inspect(way, GREETING + FILE)).isEqualTo(Distrust.LOCAL_FILE);
        assertThat(inspect(way, GREETING + OK + OK + packet("\1") + FILE)).isEqualTo(Distrust.LOCAL_FILE);
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, CLEAR_PASSWORD, KEY_EXCHANGE, KEY_EXCHANGE",
        "PINNED_KEY, CLEAR_PASSWORD, , KEY_EXCHANGE",
        "UNIX_SOCKET, , , KEY_EXCHANGE",
    })
    void whatMayBeAskedForTheLogin(ServerWay way, Distrust clear, Distrust full, Distrust key) {
        assertThat(inspect(way, GREETING + CLEAR)).isEqualTo(clear);
        assertThat(inspect(way, GREETING + FULL)).isEqualTo(full);
        assertThat(inspect(way, GREETING + KEY)).isEqualTo(key);
        assertThat(inspect(way, packet("\n8.0.0\0... mysql_clear_password\0"))).isEqualTo(clear);
        assertThat(inspect(way, GREETING + packet("\1\3") + OK)).isNull();
    }

    @Test
    void nothingComesAsPlainTextOnceTlsIsToBegin() {
        assertThat(inspect(ServerWay.TLS, GREETING)).isNull();
        assertThat(inspect(ServerWay.TLS, GREETING + OK)).isEqualTo(Distrust.PLAIN_TEXT);
    }

    @Test
    void aPasswordIsOwedOverAUnixSocketAlone() {
        PacketInspector socket = new PacketInspector(ServerWay.UNIX_SOCKET);
        socket.inspect(bytes(GREETING + FULL));
        assertThat(socket.takeFullExchange()).isTrue();
        assertThat(socket.takeFullExchange()).isFalse();
        PacketInspector pinned = new PacketInspector(ServerWay.PINNED_KEY);
        pinned.inspect(bytes(GREETING + FULL));
        assertThat(pinned.takeFullExchange()).isFalse();
    }

    @Test
    void whatIsNoLoginIsNotReadOn() {
        assertThat(inspect(ServerWay.PLAIN, "HTTP/1.1 400 Bad Request\r\n\r\n")).isEqualTo(Distrust.NOT_MYSQL);
        assertThat(inspect(ServerWay.PLAIN, GREETING + packet("\u0007"))).isEqualTo(Distrust.NOT_MYSQL);
    }

    /** A packet of the largest size is continued by the next one, whatever that begins with. */
    @Test
    void aContinuedPacketIsNoRequest() {
        ByteBuf large = Unpooled.buffer(0xFFFFFF + 4).writeMediumLE(0xFFFFFF).writeByte(0);
        large.writeZero(0xFFFFFF);
        PacketInspector inspector = new PacketInspector(ServerWay.PLAIN);
        assertThat(inspector.inspect(bytes(GREETING + OK))).isNull();
        assertThat(inspector.inspect(large)).isNull();
        assertThat(inspector.inspect(bytes(FILE))).isNull();
        assertThat(inspector.inspect(bytes(FILE))).isEqualTo(Distrust.LOCAL_FILE);
    }

    /** The same at once and byte by byte. */
    private static Distrust inspect(ServerWay way, String stream) {
        Distrust atOnce = new PacketInspector(way).inspect(bytes(stream));
        PacketInspector inspector = new PacketInspector(way);
        Distrust byByte = null;
        for (int i = 0; i < stream.length() && byByte == null; i++) {
            byByte = inspector.inspect(bytes(stream.substring(i, i + 1)));
        }
        if (way != ServerWay.TLS) {
            assertThat(byByte).isEqualTo(atOnce);
        }
        return atOnce;
    }

    private static String packet(String payload) {
        return (char) payload.length() + "\0\0\0" + payload;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
