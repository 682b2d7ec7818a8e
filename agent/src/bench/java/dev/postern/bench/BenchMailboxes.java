package dev.postern.bench;

import dev.postern.testing.TestDatabase;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Numbered mailboxes in a database: {@code user0@example.org} and on. */
record BenchMailboxes(int count) {

    private static final long BUFFER_POOL = 1L << 30;

    /** Makes them. The database gets enough memory to hold them, as a fast server would, for every contestant alike. */
    static BenchMailboxes in(TestDatabase database, int count) {
        if (database.server().isOurs()) {
            database.execute("SET GLOBAL innodb_buffer_pool_size = " + BUFFER_POOL);
        }
        database.execute(
                "INSERT INTO user (email) SELECT CONCAT('user', seq, '@example.org') FROM seq_0_to_" + (count - 1),
                "ANALYZE TABLE user");
        return new BenchMailboxes(count);
    }

    String address(int number) {
        return "user" + number + "@example.org";
    }

    /** So many of them from all over the table, in no order but always the same. */
    List<String> spread(int wanted) {
        List<String> addresses = IntStream.range(0, wanted)
                .mapToObj(i -> address((int) ((long) i * count / wanted)))
                .collect(Collectors.toList());
        Collections.shuffle(addresses, new Random(1));
        return List.copyOf(addresses);
    }
}
