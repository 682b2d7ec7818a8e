package dev.postern.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An agent's configuration with every socket there is, and a well-behaved peer of each of them. */
public final class AllSockets {

    /** What is asked and what is answered for mailbox {@code alice@example.org}, which has room. */
    private record SocketDialogue(String said, String heard) {}

    private static final Map<String, SocketDialogue> DIALOGUES = new TreeMap<>(Map.of(
            "events", new SocketDialogue("quota\tuser=alice@example.org\tbytes=1\tmessages=1\n", "OK\n"),
            "dict", new SocketDialogue("H3\t2\t0\t\tquota\nLpriv/quota/storage\talice@example.org\n", "O1\n"),
            "imap",
                    new SocketDialogue(
                            "VERSION\tscript-login\t1\t0\n127.0.0.1\t192.0.2.7\talice@example.org\tuid=1\n",
                            "alice@example.org\tuid=1\n"),
            "warning", new SocketDialogue("VERSION\tscript\t4\t0\n-\n95\nalice@example.org\n\n", "+\n"),
            "lookup", new SocketDialogue("23:quota alice@example.org,", "9:NOTFOUND ,"),
            "policy", new SocketDialogue("""
                            request=smtpd_access_policy
                            protocol_state=RCPT
                            policy_context=quota
                            recipient=alice@example.org

                            """, "action=DUNNO\n\n")));

    private final Path directory;
    private final AgentConfigFile files;

    private AllSockets(Path directory, AgentConfigFile files) {
        this.directory = directory;
        this.files = files;
    }

    /** The names of the sockets. */
    public static List<String> names() {
        return List.copyOf(DIALOGUES.keySet());
    }

    /**
     * Writes the configuration.
     *
     * @param more lines of section {@code [limits]}
     */
    public static AllSockets in(Path directory, TestDatabase database, String more) {
        AgentConfigFile files = AgentConfigFile.of(
                directory,
                directory.resolve("events"),
                directory.resolve("spool"),
                directory.resolve("lookup"),
                database,
                """
                [dict]
                socket = "%1$s/dict"
                [postlogin]
                imap = "%1$s/imap"
                [warning]
                quota = "%1$s/warning"
                [policy]
                socket = "%1$s/policy"
                [limits]
                %2$s
                """.formatted(directory, more));
        return new AllSockets(directory, files);
    }

    public Path config() {
        return files.file();
    }

    public Path socket(String name) {
        return directory.resolve(name);
    }

    public UnixPeer connect(String name) {
        return UnixPeer.connect(socket(name));
    }

    /** What a well-behaved peer of this socket sends, with the expected answer. */
    public static String request(String name) {
        return DIALOGUES.get(name).said();
    }

    /** A peer of each socket gets its answer. */
    public void isServed() {
        // First, so that the figures are there that the dict is asked for.
        isServed("events");
        names().forEach(this::isServed);
    }

    /** A peer of each socket but this one gets its answer. */
    public void isServedBut(String name) {
        List<String> others = new ArrayList<>(names());
        others.remove(name);
        others.forEach(this::isServed);
    }

    /** A peer of this socket gets its answer. */
    public void isServed(String name) {
        SocketDialogue dialogue = DIALOGUES.get(name);
        try (UnixPeer peer = connect(name)) {
            assertThat(peer.send(dialogue.said()).read(dialogue.heard().length()))
                    .as(name)
                    .isEqualTo(dialogue.heard());
        }
    }
}
