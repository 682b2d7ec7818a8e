package dev.postern.journal;

import dev.postern.files.RegularFile;
import dev.postern.model.Batch;
import dev.postern.model.FailureText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Collection;

/**
 * What has been accepted and is not in MySQL, on disk. All methods but {@link #bytes} block, and are to be called by
 * one thread at a time.
 */
public final class Journal implements AutoCloseable {

    /**
     * Records that may stand in the file beside twice those that count, before it is written anew: about a megabyte.
     */
    private static final long SLACK = 16_384;

    /** More than a file system keeps inside an inode. */
    private static final int PROBE_BYTES = 4096;

    private static final SecureRandom SALTS = new SecureRandom();

    private final Path directory;
    private final DirectoryLock lock;
    private final LiveEntries live;
    private JournalFile file;
    private long rewriteAbove;
    private volatile long bytes;

    Journal(Path directory, DirectoryLock lock, LiveEntries live, JournalFile file) {
        this.directory = directory;
        this.lock = lock;
        this.live = live;
        this.file = file;
        measure();
    }

    /**
     * Opens the journal of a directory, or makes one where there is none.
     *
     * @param directory has to exist; it holds the files {@code journal} and {@code lock}
     */
    public static OpenResult open(Path directory) {
        return new JournalOpener(directory).open();
    }

    /**
     * Puts changes on the disk, all as one group with one sync; a row replaces an earlier one of the same batch and
     * address. When that fails, what was on the disk before is there still; of the group itself any part may come back
     * at the next start. A later append may succeed.
     */
    public AppendResult append(Collection<Batch> changes) {
        if (changes.isEmpty()) {
            return AppendResult.ON_DISK;
        }
        try {
            tidy();
            if (file.isBroken()) {
                rewrite();
            }
            appendSomehow(changes);
            changes.forEach(live::put);
            return AppendResult.ON_DISK;
        } catch (IOException e) {
            return new AppendResult(reason(e));
        } finally {
            measure();
        }
    }

    /** This batch and all before it are in MySQL. Nothing is synced: after a crash some of them may come back. */
    public void done(long batch) {
        if (!live.done(batch)) {
            return;
        }
        try {
            file.done(batch);
        } catch (IOException comesBack) {
            // As after a crash: the checkpoint shows that it is done.
        }
        tidy();
        measure();
    }

    /**
     * Whether the disk would take anything: a file of a few bytes beside the journal's is written, synced and removed.
     * Of a journal that has not been needed for days nothing else would notice.
     */
    public boolean isWritable() {
        Path probe = directory.resolve("journal.probe");
        try {
            RegularFile.check(probe);
        } catch (IOException foreign) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(
                probe,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            channel.write(ByteBuffer.allocate(PROBE_BYTES));
            channel.force(false);
            return true;
        } catch (IOException full) {
            return false;
        }
    }

    /** Where it is; this agent's alone. */
    public Path directory() {
        return directory;
    }

    /** Length of the file; may be asked by any thread. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        try (lock;
                JournalFile last = file) {
            last.settle();
        } catch (IOException e) {
            // Whatever was promised has been synced before.
        }
    }

    static long salt() {
        return SALTS.nextLong();
    }

    static String reason(IOException e) {
        return e instanceof FileSystemException onFile && onFile.getReason() != null
                ? onFile.getFile() + ": " + onFile.getReason()
                : FailureText.of(e);
    }

    /** When the disk is full there may be room yet: that of what counts no more. */
    private void appendSomehow(Collection<Batch> changes) throws IOException {
        try {
            file.append(changes);
        } catch (IOException full) {
            if (file.isBroken() || file.records() <= live.size()) {
                throw full;
            }
            makeRoom();
            file.append(changes);
        }
    }

    private void makeRoom() throws IOException {
        if (live.size() == 0) {
            file.clear();
        } else {
            rewrite();
        }
    }

    /** Drops obsolete records once there are many. Failing to do so does no harm yet. */
    private void tidy() {
        if (file.records() > Math.max(rewriteAbove, 2L * live.size() + SLACK)) {
            try {
                rewrite();
            } catch (IOException e) {
                rewriteAbove = 2 * file.records();
            }
        }
    }

    private void rewrite() throws IOException {
        JournalFile old = file;
        Superblock head = old.head();
        file = JournalFile.create(directory, new Superblock(head.agent(), head.starts(), salt()), live);
        rewriteAbove = 0;
        old.close();
        if (file.isBroken()) {
            throw new FileSystemException(directory.toString(), null, "cannot be synced");
        }
    }

    private void measure() {
        bytes = file.bytes();
    }
}
