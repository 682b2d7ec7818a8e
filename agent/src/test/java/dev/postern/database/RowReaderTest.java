package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.model.MailboxRows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowReaderTest {

    private static final MailAddress ANN = new MailAddress("ann@example.org");
    private static final MailAddress NOBODY = new MailAddress("nobody@example.org");
    private static final long BATCH = 7;

    private final ModelMysql mysql = new ModelMysql(List.of(ANN));

    /** What the row has already would be added to it once more. */
    @Test
    void aPortionWithoutRowsHasNoPartInTheBatchThatTheRowsInclude() {
        ModelConnection link = new ModelConnection(mysql, 1);
        BatchWriter writer = new BatchWriter(link, "host", 0, new RejectedRowLog(new SimpleMeterRegistry()));
        MailboxChange change = new MailboxChange(null, null, CounterChange.increment(5), null);
        Batch batch = new Batch(BATCH, List.of(new Batch.RowChange(ANN, change), new Batch.RowChange(NOBODY, change)));
        Future<MailboxRows> written = writer.write(batch);
        while (link.isWaiting()) {
            link.decide(ModelConnection.StatementFate.ANSWERED);
        }
        MailboxRows rows = written.result();
        assertThat(rows.found()).containsOnlyKeys(ANN);
        assertThat(rows.found().get(ANN).bytes()).isEqualTo(5);
        assertThat(rows.batch()).isEqualTo(BATCH);
    }
}
