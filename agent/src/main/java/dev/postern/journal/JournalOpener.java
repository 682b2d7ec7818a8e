package dev.postern.journal;

import dev.postern.files.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Opens a journal; on the way there each thing that can be wrong gets its message and its way out. */
final class JournalOpener {

    private final Path directory;
    private final Path path;

    JournalOpener(Path directory) {
        this.directory = directory;
        this.path = JournalFile.in(directory);
    }

    OpenResult open() {
        if (!Files.isDirectory(directory)) {
            return new OpenResult.OpenRefused("the directory " + directory
                    + " does not exist: create it for the agent's account (install -d -m 0700" + " -o USER " + directory
                    + ")");
        }
        try {
            DirectoryLock lock = DirectoryLock.tryIn(directory);
            return lock == null
                    ? new OpenResult.OpenRefused("another agent uses " + directory
                            + ": stop it, or name another directory with journal.directory")
                    : locked(lock);
        } catch (IOException e) {
            return new OpenResult.OpenRefused(explained(e));
        }
    }

    private OpenResult locked(DirectoryLock lock) throws IOException {
        OpenResult opening = null;
        try {
            RegularFile.check(path);
            opening = Files.exists(path) ? existing(lock) : fresh(lock);
            return opening;
        } finally {
            if (!(opening instanceof OpenResult.OpenedJournal)) {
                lock.close();
            }
        }
    }

    private OpenResult fresh(DirectoryLock lock) throws IOException {
        Superblock head = new Superblock(UUID.randomUUID(), 1, Journal.salt());
        JournalFile file = JournalFile.create(directory, head, new LiveEntries());
        if (file.isBroken()) {
            file.close();
            throw new FileSystemException(directory.toString(), null, "cannot be synced");
        }
        return opened(lock, file, new LiveEntries(), 0, 0);
    }

    private OpenResult existing(DirectoryLock lock) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        OpenResult opening = null;
        try {
            opening = existing(lock, file);
            return opening;
        } finally {
            if (!(opening instanceof OpenResult.OpenedJournal)) {
                file.close();
            }
        }
    }

    private OpenResult existing(DirectoryLock lock, FileChannel file) throws IOException {
        ByteBuffer place = place(file, 0);
        ByteBuffer otherPlace = place(file, Superblock.PLACE_BYTES);
        Superblock one = file.size() < Superblock.BYTES ? null : Superblock.decode(place);
        Superblock other = file.size() < Superblock.BYTES ? null : Superblock.decode(otherPlace);
        Superblock newest = other == null || (one != null && one.starts() > other.starts()) ? one : other;
        if (newest == null) {
            return refused("its head is damaged, or not of this version");
        }
        JournalRecovery.RecoveryResult read =
                JournalRecovery.read(file, newest, Math.max(synced(place, newest), synced(otherPlace, newest)));
        return switch (read.end()) {
            case WHOLE, TORN, CUT -> {
                boolean bothReadable = one != null && other != null;
                JournalFile resumed = JournalFile.resume(file, newest, bothReadable, read);
                yield opened(lock, resumed, read.live(), read.size() - read.at(), read.missing());
            }
            case DAMAGED ->
                refused("it is damaged at byte " + read.at() + " of " + read.size() + ", before what was"
                        + " synced later. To keep the " + read.live().size()
                        + " entries that stand before: truncate -s "
                        + read.at() + " " + path);
            case FOREIGN -> refused("at byte " + read.at() + " stands what this version does not write");
        };
    }

    private OpenResult opened(DirectoryLock lock, JournalFile file, LiveEntries live, long cut, long missing) {
        Journal journal = new Journal(directory, lock, live, file);
        return new OpenResult.OpenedJournal(
                journal, file.head().agent(), file.head().firstBatch(), live.batches(), cut, missing);
    }

    private OpenResult.OpenRefused refused(String why) {
        return new OpenResult.OpenRefused(
                "the journal " + path + " cannot be used: " + why + ". To begin with an empty one: mv " + path + " "
                        + path + ".damaged. What MySQL does not have yet of the rest is lost then");
    }

    private String explained(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "the agent's account may not write " + denied.getFile() + ": chown it";
        }
        return "the journal in " + directory + " cannot be written: " + Journal.reason(e);
    }

    private static ByteBuffer place(FileChannel file, long place) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Superblock.PLACE_BYTES);
        JournalRecovery.fill(bytes, file, place);
        return bytes;
    }

    private static long synced(ByteBuffer place, Superblock head) {
        SyncMark mark = SyncMark.decode(place, head.salt());
        return mark == null || mark.starts() != head.starts() ? 0 : mark.synced();
    }
}
