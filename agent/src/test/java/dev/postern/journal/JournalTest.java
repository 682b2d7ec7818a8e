package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {

    @TempDir
    private Path directory;

    @Test
    void whatWasAppendedIsThereAgain() {
        OpenResult.OpenedJournal first = opened();
        assertThat(first.batches()).isEmpty();
        append(first, RandomEntries.of(1, 1, 10), RandomEntries.of(1, 2, 20));
        append(first, RandomEntries.of(2, 1, 30));
        first.journal().close();
        assertThat(recovered())
                .containsExactlyInAnyOrder(
                        RandomEntries.of(1, 1, 10), RandomEntries.of(1, 2, 20), RandomEntries.of(2, 1, 30));
    }

    @Test
    void aLaterEntryReplacesAnEarlierOneOfItsBatchAndAddress() {
        OpenResult.OpenedJournal first = opened();
        append(first, RandomEntries.of(7, 1, 10), RandomEntries.of(7, 2, 20));
        append(first, RandomEntries.of(7, 1, 11), RandomEntries.of(8, 1, 12));
        first.journal().close();
        assertThat(recovered())
                .containsExactly(RandomEntries.of(7, 1, 11), RandomEntries.of(7, 2, 20), RandomEntries.of(8, 1, 12));
    }

    @Test
    void whatIsDoneDoesNotComeBack() {
        OpenResult.OpenedJournal first = opened();
        append(first, RandomEntries.of(1, 1, 10), RandomEntries.of(2, 1, 20), RandomEntries.of(3, 1, 30));
        first.journal().done(2);
        first.journal().close();
        assertThat(recovered()).containsExactly(RandomEntries.of(3, 1, 30));
    }

    @Test
    void entriesComeInTheOrderOfTheirBatches() {
        OpenResult.OpenedJournal first = opened();
        append(first, RandomEntries.of(9, 1, 1), RandomEntries.of(3, 1, 2), RandomEntries.of(5, 1, 3));
        first.journal().close();
        assertThat(recovered()).extracting(JournalEntry::batch).containsExactly(3L, 5L, 9L);
    }

    @Test
    void theAgentIsTheSameAndItsNumbersAreNew() {
        OpenResult.OpenedJournal first = opened();
        first.journal().close();
        OpenResult.OpenedJournal second = opened();
        append(second, RandomEntries.of(second.firstBatch() + 1000, 1, 1));
        second.journal().close();
        OpenResult.OpenedJournal third = opened();
        third.journal().close();
        assertThat(second.agent()).isEqualTo(first.agent()).isEqualTo(third.agent());
        assertThat(first.firstBatch()).isPositive();
        assertThat(second.firstBatch()).isGreaterThan(first.firstBatch() + (1L << 35));
        assertThat(third.firstBatch()).isGreaterThan(second.firstBatch() + (1L << 35));
    }

    @Test
    void anotherDirectoryIsAnotherAgent() throws IOException {
        OpenResult.OpenedJournal here = opened();
        OpenResult.OpenedJournal there =
                (OpenResult.OpenedJournal) Journal.open(Files.createDirectory(directory.resolve("other")));
        assertThat(there.agent()).isNotEqualTo(here.agent());
        here.journal().close();
        there.journal().close();
    }

    @Test
    void itsSizeIsBoundedByAddressesAndNotByAppends() {
        OpenResult.OpenedJournal opened = opened();
        Journal journal = opened.journal();
        long most = 0;
        for (int round = 0; round < 400; round++) {
            long value = round;
            append(
                    journal,
                    IntStream.range(0, 1000)
                            .mapToObj(user -> RandomEntries.of(1, user, value))
                            .toList());
            most = Math.max(most, journal.bytes());
        }
        assertThat(most).isLessThan(2_000_000);
        journal.done(1);
        journal.close();
        assertThat(recovered()).isEmpty();
    }

    @Test
    void whatIsRewrittenIsTheSame() {
        OpenResult.OpenedJournal opened = opened();
        Map<RandomEntries.EntryKey, JournalEntry> expected = new HashMap<>();
        Random random = SeededRandom.random();
        for (int round = 0; round < 300; round++) {
            List<JournalEntry> group = IntStream.range(0, 1 + random.nextInt(400))
                    .mapToObj(i -> new JournalEntry(
                            random.nextInt(4), RandomEntries.user(random.nextInt(2000)), RandomEntries.change(random)))
                    .toList();
            append(opened.journal(), group);
            group.forEach(entry -> expected.put(new RandomEntries.EntryKey(entry.batch(), entry.address()), entry));
        }
        opened.journal().close();
        assertThat(recovered()).containsExactlyInAnyOrderElementsOf(expected.values());
    }

    @Test
    void aJournalWithNothingLeftShrinks() {
        Journal journal = opened().journal();
        for (int batch = 1; batch <= 30; batch++) {
            long number = batch;
            append(
                    journal,
                    IntStream.range(0, 1000)
                            .mapToObj(user -> RandomEntries.of(number, user, 1))
                            .toList());
        }
        long full = journal.bytes();
        journal.done(30);
        assertThat(full).isGreaterThan(1_000_000);
        assertThat(journal.bytes()).isEqualTo(Superblock.BYTES);
        journal.close();
        assertThat(recovered()).isEmpty();
    }

    @Test
    void isOwnersAlone() throws IOException {
        opened().journal().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("journal"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anythingCutFromTheEndLeavesWhatWasAppendedFirst() throws IOException {
        List<Long> ends = new ArrayList<>();
        Journal journal = opened().journal();
        for (int i = 0; i < 4; i++) {
            ends.add(journal.bytes());
            append(journal, List.of(RandomEntries.of(1, i, i), RandomEntries.of(2, i, i)));
        }
        ends.add(journal.bytes());
        journal.close();
        byte[] whole = Files.readAllBytes(file());
        for (int length = Superblock.BYTES; length <= whole.length; length++) {
            write(whole, length);
            int groups = before(ends, length);
            OpenResult.OpenedJournal again = opened();
            again.journal().close();
            assertThat(RandomEntries.of(again.batches()))
                    .as("cut at %s", length)
                    .hasSize(2 * groups);
            assertThat(again.cutBytes()).isEqualTo(length - ends.get(groups));
            assertThat(again.missingBytes()).isEqualTo(whole.length - ends.get(groups));
        }
    }

    @Test
    void anyTornLastGroupIsCutWhateverReachedTheDiskOfIt() throws IOException {
        Random random = SeededRandom.random();
        Journal journal = opened().journal();
        append(journal, List.of(RandomEntries.of(1, 1, 1)));
        long synced = journal.bytes();
        byte[] head = java.util.Arrays.copyOf(Files.readAllBytes(file()), Superblock.BYTES);
        append(
                journal,
                IntStream.range(0, 5000)
                        .mapToObj(i -> RandomEntries.of(2, i, i))
                        .toList());
        journal.close();
        byte[] whole = Files.readAllBytes(file());
        System.arraycopy(head, 0, whole, 0, head.length);
        for (int round = 0; round < 100; round++) {
            write(withoutSomePages(whole, (int) synced, random), whole.length);
            OpenResult.OpenedJournal again = opened();
            again.journal().close();
            assertThat(again.missingBytes()).isZero();
            assertThat(RandomEntries.of(again.batches())).contains(RandomEntries.of(1, 1, 1));
            assertThat(RandomEntries.of(again.batches())).allMatch(entry -> entry.batch() == 1 || isOfGroup(entry));
        }
    }

    @Test
    void afterACutItGoesOn() throws IOException {
        Journal journal = opened().journal();
        append(journal, List.of(RandomEntries.of(1, 1, 1)));
        append(journal, List.of(RandomEntries.of(1, 2, 2)));
        journal.close();
        byte[] whole = Files.readAllBytes(file());
        write(whole, whole.length - 1);
        OpenResult.OpenedJournal cut = opened();
        assertThat(cut.cutBytes()).isPositive();
        assertThat(cut.missingBytes()).isPositive();
        append(cut, RandomEntries.of(1, 3, 3));
        cut.journal().close();
        OpenResult.OpenedJournal again = opened();
        again.journal().close();
        assertThat(again.cutBytes()).isZero();
        assertThat(again.missingBytes()).as("reported once").isZero();
        assertThat(RandomEntries.of(again.batches()))
                .containsExactlyInAnyOrder(RandomEntries.of(1, 1, 1), RandomEntries.of(1, 3, 3));
    }

    /** Earlier versions have written no marks. */
    @Test
    void aJournalWithoutMarksIsReadAsEver() throws IOException {
        Journal journal = opened().journal();
        append(journal, List.of(RandomEntries.of(1, 1, 1)));
        long end = journal.bytes();
        append(journal, List.of(RandomEntries.of(1, 2, 2)));
        journal.close();
        byte[] old = Files.readAllBytes(file());
        for (int place = 0; place < Superblock.BYTES; place += Superblock.PLACE_BYTES) {
            java.util.Arrays.fill(old, place + SyncMark.OFFSET, place + Superblock.PLACE_BYTES, (byte) 0);
        }
        write(old, (int) end);
        OpenResult.OpenedJournal again = opened();
        again.journal().close();
        assertThat(again.missingBytes()).isZero();
        assertThat(RandomEntries.of(again.batches())).containsExactly(RandomEntries.of(1, 1, 1));
    }

    @Test
    void whatIsClearedOrWrittenAnewIsNotMissed() {
        Journal journal = opened().journal();
        for (int batch = 1; batch <= 40; batch++) {
            long number = batch;
            append(
                    journal,
                    IntStream.range(0, 1000)
                            .mapToObj(user -> RandomEntries.of(number, user, 1))
                            .toList());
            journal.done(number - (number % 3));
        }
        journal.close();
        OpenResult.OpenedJournal again = opened();
        again.journal().close();
        assertThat(again.missingBytes()).isZero();
    }

    /**
     * Power is lost while a group is written: of each sector that has changed since the last sync the disk has the old
     * or the new content, and any length of the file in between. What was answered is there, and nothing is reported as
     * missing.
     */
    @Test
    void aLossOfPowerLosesNothingThatWasAnswered() throws IOException {
        Random random = SeededRandom.random();
        Journal journal = opened().journal();
        List<byte[]> images = new ArrayList<>();
        for (int group = 0; group < 12; group++) {
            List<JournalEntry> entries = new ArrayList<>();
            for (int user = 0; user < 1 + random.nextInt(40); user++) {
                entries.add(RandomEntries.of(group, user, user));
            }
            append(journal, entries);
            images.add(Files.readAllBytes(file()));
        }
        journal.close();
        List<Integer> answered = new ArrayList<>();
        for (byte[] image : images) {
            answered.add(entries(image));
        }
        for (int group = 0; group + 1 < images.size(); group++) {
            for (int round = 0; round < 20; round++) {
                write(mixed(images.get(group), images.get(group + 1), random));
                OpenResult.OpenedJournal again = opened();
                again.journal().close();
                assertThat(again.missingBytes()).isZero();
                assertThat(RandomEntries.of(again.batches()))
                        .hasSizeBetween(answered.get(group), answered.get(group + 1));
            }
        }
    }

    private int entries(byte[] image) throws IOException {
        write(image);
        OpenResult.OpenedJournal opened = opened();
        opened.journal().close();
        return RandomEntries.of(opened.batches()).size();
    }

    private static byte[] mixed(byte[] before, byte[] after, Random random) {
        int length = before.length + random.nextInt(after.length - before.length + 1);
        byte[] mixed = java.util.Arrays.copyOf(before, length);
        // The mark of a group is written once the group is on the disk.
        for (int sector = Superblock.BYTES; sector < length; sector += 512) {
            if (random.nextBoolean()) {
                System.arraycopy(after, sector, mixed, sector, Math.min(512, length - sector));
            }
        }
        return mixed;
    }

    @Test
    void damageBeforeWhatWasSyncedLaterIsRefusedWithAWayOut() throws IOException {
        Journal journal = opened().journal();
        List<Long> ends = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ends.add(journal.bytes());
            append(journal, List.of(RandomEntries.of(1, i, i)));
        }
        journal.close();
        byte[] whole = Files.readAllBytes(file());
        for (int at = Superblock.BYTES; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            write(damaged, damaged.length);
            int groups = before(ends, at);
            String cut = "truncate -s " + ends.get(groups) + " " + file();
            assertThat(refusal())
                    .contains("it is damaged at byte " + ends.get(groups) + " of " + whole.length)
                    .contains("the " + groups + " entries that stand before: " + cut)
                    .contains("mv " + file() + " " + file() + ".damaged");
            assertThat(Files.readAllBytes(file())).as("left as it was").isEqualTo(damaged);
        }
    }

    @Test
    void theWayOutLeadsOut() throws IOException {
        Journal journal = opened().journal();
        for (int i = 0; i < 3; i++) {
            append(journal, List.of(RandomEntries.of(1, i, i)));
        }
        journal.close();
        byte[] whole = Files.readAllBytes(file());
        whole[Superblock.BYTES + 100] ^= 1;
        write(whole, whole.length);
        String place = refusal().replaceFirst("(?s).*truncate -s (\\d+) .*", "$1");
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(Long.parseLong(place));
        }
        assertThat(recovered()).containsExactly(RandomEntries.of(1, 0, 0));
    }

    @Test
    void noDamageAnywhereGivesWhatWasNeverAppended() throws IOException {
        Random random = SeededRandom.random();
        Journal journal = opened().journal();
        List<JournalEntry> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(RandomEntries.of(random.nextInt(3), random.nextInt(50), i));
            append(journal, List.of(all.get(i)));
        }
        journal.close();
        byte[] whole = Files.readAllBytes(file());
        for (int round = 0; round < 500; round++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(damaged.length);
            for (int i = at; i < Math.min(damaged.length, at + 1 + random.nextInt(600)); i++) {
                damaged[i] = (byte) random.nextInt();
            }
            write(damaged, damaged.length);
            if (Journal.open(directory) instanceof OpenResult.OpenedJournal again) {
                again.journal().close();
                assertThat(all).containsAll(RandomEntries.of(again.batches()));
            }
        }
    }

    @Test
    void oneReadablePlaceOfTheHeadIsEnoughAndNoNumberComesTwice() throws IOException {
        long highest = 0;
        for (int round = 0; round < 20; round++) {
            OpenResult.OpenedJournal opened = opened();
            assertThat(opened.firstBatch()).isGreaterThan(highest);
            highest = opened.firstBatch();
            opened.journal().close();
            byte[] bytes = Files.readAllBytes(file());
            bytes[(round % 3 == 0 ? 0 : Superblock.PLACE_BYTES) + 20] ^= 1;
            write(bytes, bytes.length);
        }
    }

    @Test
    void aHeadThatIsGoneIsRefused() throws IOException {
        opened().journal().close();
        byte[] bytes = Files.readAllBytes(file());
        bytes[0] ^= 1;
        bytes[Superblock.PLACE_BYTES] ^= 1;
        write(bytes, bytes.length);
        assertThat(refusal()).contains("its head is damaged").contains("mv " + file());
        write(bytes, Superblock.BYTES - 1);
        assertThat(refusal()).contains("its head is damaged");
        write(bytes, 0);
        assertThat(refusal()).contains("its head is damaged");
    }

    @Test
    void aRecordThatThisVersionDoesNotWriteIsRefused() throws IOException {
        opened().journal().close();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var head = java.nio.ByteBuffer.allocate(Superblock.PLACE_BYTES);
            JournalRecovery.fill(head, channel, 0);
            var frame = java.nio.ByteBuffer.allocate(JournalFrame.MAX_BYTES);
            frame.position(JournalFrame.HEAD_BYTES).put((byte) 99);
            JournalFrame.seal(frame, Superblock.decode(head).salt(), Superblock.BYTES, Superblock.BYTES);
            channel.write(frame, Superblock.BYTES);
        }
        assertThat(refusal()).contains("at byte " + Superblock.BYTES + " stands what this version does not write");
    }

    @Test
    void nothingOfAnotherFileCounts() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Journal foreign = ((OpenResult.OpenedJournal) Journal.open(other)).journal();
        append(foreign, List.of(RandomEntries.of(1, 1, 1)));
        foreign.close();
        opened().journal().close();
        byte[] ours = Files.readAllBytes(file());
        byte[] theirs = Files.readAllBytes(other.resolve("journal"));
        System.arraycopy(ours, 0, theirs, 0, Superblock.BYTES);
        write(theirs, theirs.length);
        OpenResult.OpenedJournal again = opened();
        again.journal().close();
        assertThat(RandomEntries.of(again.batches())).isEmpty();
        assertThat(again.cutBytes()).isEqualTo(theirs.length - Superblock.BYTES);
    }

    @Test
    void anUnfinishedRewriteIsNoHindrance() throws IOException {
        OpenResult.OpenedJournal opened = opened();
        append(opened, RandomEntries.of(1, 1, 1));
        opened.journal().close();
        Files.writeString(directory.resolve("journal.new"), "half");
        assertThat(recovered()).containsExactly(RandomEntries.of(1, 1, 1));
    }

    @Test
    void aSecondOneOnTheSameDirectoryIsRefused() {
        OpenResult.OpenedJournal first = opened();
        assertThat(refusal()).startsWith("another agent uses " + directory + ": ");
        first.journal().close();
        opened().journal().close();
    }

    @Test
    void aDirectoryThatIsNotThereIsRefused() {
        directory = directory.resolve("none");
        assertThat(refusal()).contains(directory + " does not exist").contains("install -d ");
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsRefused() throws IOException {
        directory = Files.createFile(directory.resolve("file"));
        assertThat(refusal()).contains(directory + " does not exist");
    }

    @Test
    void aDirectoryInThePlaceOfTheFileIsRefused() throws IOException {
        Files.createDirectory(file());
        assertThat(refusal()).startsWith("the journal in " + directory + " cannot be written: ");
    }

    /** To open a pipe waits for another process. */
    @ParameterizedTest
    @ValueSource(strings = {"journal", "lock"})
    void whatIsNotAFileIsRefused(String name) {
        TestCommand.of("mkfifo", directory.resolve(name)).output();
        assertThat(refusal()).contains(directory.resolve(name) + ": not a regular file");
    }

    @Test
    void aProbeThatIsNotAFileIsNotOpened() {
        OpenResult.OpenedJournal opened = opened();
        TestCommand.of("mkfifo", directory.resolve("journal.probe")).output();
        assertThat(opened.journal().isWritable()).isFalse();
        opened.journal().close();
    }

    private OpenResult.OpenedJournal opened() {
        OpenResult opening = Journal.open(directory);
        assertThat(opening).isInstanceOf(OpenResult.OpenedJournal.class);
        return (OpenResult.OpenedJournal) opening;
    }

    private String refusal() {
        OpenResult opening = Journal.open(directory);
        assertThat(opening).isInstanceOf(OpenResult.OpenRefused.class);
        return ((OpenResult.OpenRefused) opening).reason();
    }

    private List<JournalEntry> recovered() {
        OpenResult.OpenedJournal opened = opened();
        opened.journal().close();
        assertThat(opened.cutBytes()).isZero();
        return RandomEntries.of(opened.batches());
    }

    private static void append(OpenResult.OpenedJournal to, JournalEntry... entries) {
        append(to.journal(), List.of(entries));
    }

    private static void append(Journal to, List<JournalEntry> entries) {
        assertThat(to.append(RandomEntries.batches(entries)).failure()).isNull();
    }

    private Path file() {
        return directory.resolve("journal");
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(file(), bytes);
    }

    private void write(byte[] bytes, int length) throws IOException {
        Files.write(file(), java.util.Arrays.copyOf(bytes, length));
    }

    /** Of groups that end at these places, the first being the head's, how many end here or before. */
    private static int before(List<Long> ends, long place) {
        return (int) ends.stream().filter(end -> end <= place).count() - 1;
    }

    /** As after a loss of power: of what was not synced, some pages are as if never written. */
    private static byte[] withoutSomePages(byte[] whole, int synced, Random random) {
        byte[] torn = whole.clone();
        int cut = synced + random.nextInt(whole.length - synced);
        for (int page = synced; page < whole.length; page = (page / 4096 + 1) * 4096) {
            if (random.nextInt(4) == 0 || page >= cut) {
                java.util.Arrays.fill(torn, page, Math.min(whole.length, (page / 4096 + 1) * 4096), (byte) 0);
            }
        }
        return torn;
    }

    private static boolean isOfGroup(JournalEntry entry) {
        return RandomEntries.of(2, (int) RandomEntries.value(entry), RandomEntries.value(entry))
                .equals(entry);
    }
}
