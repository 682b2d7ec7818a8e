package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Quota events for many mailboxes, as fast as the agent takes them, until all are in the database. */
record BulkLoad(TestDatabase database, Path socket, List<String> mailboxes, int times) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /**
     * Does it.
     *
     * @param figure unlike any before
     * @return how many events
     */
    long once(long figure) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < times; i++) {
            for (String mailbox : mailboxes) {
                lines.append("quota\tuser=").append(mailbox);
                lines.append("\tbytes=").append(figure).append("\tmessages=1\n");
            }
        }
        int count = mailboxes.size() * times;
        try (LineClient client = new LineClient(socket)) {
            assertThat(client.send(lines.toString(), count)).isEqualTo(count);
        }
        // First the one that is written last: it costs nothing to ask for.
        Await.until(
                () -> lastHas(figure) && allHave(figure), TIMEOUT, () -> written(figure) + " of " + mailboxes.size());
        return count;
    }

    private boolean lastHas(long figure) {
        String last = mailboxes.get(mailboxes.size() - 1);
        return database.query("SELECT bytes FROM user WHERE email = ?", last).equals(List.of(Map.of("bytes", figure)));
    }

    private boolean allHave(long figure) {
        return written(figure) == mailboxes.size();
    }

    private long written(long figure) {
        return ((Number) database.query("SELECT COUNT(*) AS n FROM user WHERE bytes = ?", figure)
                        .get(0)
                        .get("n"))
                .longValue();
    }
}
