package dev.postern.bench;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A database with so many mailboxes, and an agent's configuration beside it. */
record BenchHost(TestDatabase database, BenchMailboxes mailboxes, AgentConfigFile files) {

    /** Makes it, on the same server as another. */
    static BenchHost beside(TestDatabase other, int mailboxes, Path parent) throws IOException {
        TestDatabase database = TestDatabase.on(other.server(), other.database() + "_" + mailboxes);
        Path directory = Files.createDirectory(parent.resolve(Integer.toString(mailboxes)));
        AgentConfigFile files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                "[journal]\ndirectory = \"" + Files.createDirectory(directory.resolve("journal")) + "\"\n");
        return new BenchHost(database, BenchMailboxes.in(database, mailboxes), files);
    }

    String name() {
        return String.format(Locale.ROOT, "%,d mailboxes", mailboxes.count());
    }

    void drop() {
        database.execute("DROP DATABASE " + database.database());
    }
}
