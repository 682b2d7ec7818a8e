package dev.postern.agent;

import dev.postern.testing.AgentConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;

/** As hooks do it: a line for each event, and a file in the spool where the socket does not take it. */
final class EventLoadClient extends LoadClient {

    private static final int WINDOW = 200;

    private final Path spool;
    private int files;

    EventLoadClient(AgentConfigFile agent, long seed) {
        super(agent.events(), WINDOW, seed);
        this.spool = agent.spool();
    }

    @Override
    String greeting() {
        return "";
    }

    @Override
    String request(SentRequest told) {
        String user = told.part().mailbox().user();
        long number = told.number();
        if (told.part().kind() == EventKind.SET) {
            return "quota\tuser=" + user + "\tbytes=" + 1000 * number + "\tmessages=" + number + "\n";
        }
        Instant time = ExpectedRow.time(number);
        return "login\tuser=%s\tip=%s\tservice=imap\ttime=%d.%06d\n"
                .formatted(user, ExpectedRow.ip(number), time.getEpochSecond(), time.getNano() / 1000);
    }

    @Override
    boolean answered(SentRequest told, String answer) {
        if (answer.equals("OK")) {
            taken(told);
            return true;
        }
        if (!answer.equals("BUSY")) {
            throw new AssertionError(told + ": " + answer);
        }
        return false;
    }

    @Override
    void lost(SentRequest told) {
        // The row will show.
    }

    @Override
    void alone() {
        SentRequest login = nextLogin();
        Path file = spool.resolve(hashCode() + "." + files++);
        try {
            Path unfinished = file.resolveSibling("." + file.getFileName());
            Files.writeString(unfinished, request(login));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        taken(login);
    }

    private static void taken(SentRequest told) {
        if (told.part().kind() == EventKind.SET) {
            told.part().mailbox().setTaken(told.number());
        } else {
            told.part().mailbox().loginTaken(told.number());
        }
    }
}
