package dev.postern.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks as smtpd does, with all of its attributes: one request at a time over one connection. */
final class PolicyClient implements AutoCloseable {

    private static final byte[] DUNNO = "action=DUNNO\n\n".getBytes(StandardCharsets.UTF_8);

    /** What Postfix 3.7 sends at RCPT, without the recipient. */
    private static final String REST = """
            request=smtpd_access_policy
            protocol_state=RCPT
            protocol_name=ESMTP
            client_address=192.0.2.7
            client_name=mail.sub.client.example
            client_port=51234
            reverse_client_name=mail.sub.client.example
            server_address=127.0.0.1
            server_port=25
            helo_name=client.example
            sender=stranger@elsewhere.example
            recipient_count=0
            queue_id=
            instance=7598.6b03f393.7f2da.0
            size=12345
            etrn_domain=
            stress=
            sasl_method=
            sasl_username=
            sasl_sender=
            ccert_subject=
            ccert_issuer=
            ccert_fingerprint=
            ccert_pubkey_fingerprint=
            encryption_protocol=
            encryption_cipher=
            encryption_keysize=0
            policy_context=quota
            """;

    private final SocketChannel channel;
    private final ByteBuffer reply = ByteBuffer.allocate(512);

    PolicyClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /** Whether there is room in this mailbox. */
    boolean hasRoom(String recipient) throws IOException {
        channel.write(ByteBuffer.wrap((REST + "recipient=" + recipient + "\n\n").getBytes(StandardCharsets.UTF_8)));
        reply.clear();
        while (!isWhole()) {
            if (channel.read(reply) < 0) {
                throw new EOFException();
            }
        }
        return reply.flip().equals(ByteBuffer.wrap(DUNNO));
    }

    private boolean isWhole() {
        int end = reply.position();
        return end > 1 && reply.get(end - 1) == '\n' && reply.get(end - 2) == '\n';
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
