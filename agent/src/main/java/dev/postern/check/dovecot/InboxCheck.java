package dev.postern.check.dovecot;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where 2.4 has the INBOX of a Maildir. Without {@code mail_inbox_path} it is the folder {@code .INBOX}: mail of 2.3,
 * in the Maildir itself, is invisible, and so is mail in {@code .INBOX} once the setting is right.
 */
final class InboxCheck {

    /** Directories; a check takes no longer because there are more mailboxes. */
    private static final int MAX_DIRECTORIES = 20_000;

    private final DovecotConfig dovecot;
    private final CheckReport report;

    InboxCheck(DovecotConfig dovecot, CheckReport report) {
        this.dovecot = dovecot;
        this.report = report;
    }

    void examine() {
        DoveconfOutput settings = dovecot.settings();
        String path = settings.value("mail_path");
        if (!dovecot.is24() || !settings.value("mail_driver").equals("maildir") || path.isEmpty()) {
            return;
        }
        if (settings.value("mail_inbox_path").isEmpty()) {
            report.problem(
                    CheckName.FIGURES,
                    "Dovecot's mail_inbox_path",
                    "is empty: INBOX is the folder .INBOX, and mail from Dovecot 2.3 is invisible",
                    "mail_inbox_path = .");
        } else if (path.startsWith("/") && path.contains("/%")) {
            leftBehind(Path.of(path.substring(0, path.indexOf("/%"))), path);
        }
    }

    private void leftBehind(Path base, String path) {
        int depth = path.substring(path.indexOf("/%") + 1).split("/", -1).length;
        int names = base.getNameCount() + depth;
        if (!Files.isDirectory(base)) {
            return;
        }
        try (Stream<Path> directories = Files.walk(base, depth)) {
            directories
                    .limit(MAX_DIRECTORIES)
                    .filter(directory -> directory.getNameCount() == names)
                    .map(mailbox -> mailbox.resolve(".INBOX"))
                    .filter(InboxCheck::hasMail)
                    .findFirst()
                    .ifPresent(inbox -> report.problem(
                            CheckName.FIGURES,
                            inbox.toString(),
                            "has mail that no client sees: it came while mail_inbox_path was empty",
                            "see dovecot/README.md, \"Mail in .INBOX\""));
        } catch (IOException | UncheckedIOException unreadable) {
            report.unchecked(CheckName.FIGURES, base + " cannot be searched for .INBOX; run this as root");
        }
    }

    private static boolean hasMail(Path inbox) {
        return List.of("cur", "new").stream().map(inbox::resolve).anyMatch(InboxCheck::isFilled);
    }

    private static boolean isFilled(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
