package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Several connections to the events and the dict socket, among which the mailboxes are shared out. */
final class LoadClients implements AutoCloseable {

    private static final int EVENTS = 3;
    private static final int DICTS = 4;

    private final List<LoadClient> all = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    LoadClients(AgentConfigFile agent, Path dict, Collection<ExpectedRow> mailboxes, Random seeds) {
        for (int i = 0; i < EVENTS; i++) {
            all.add(new EventLoadClient(agent, seeds.nextLong()));
        }
        for (int i = 0; i < DICTS; i++) {
            all.add(new DictLoadClient(dict, seeds.nextLong()));
        }
        int count = 0;
        for (ExpectedRow mailbox : mailboxes) {
            share(mailbox, count++);
        }
    }

    /** Half of the mailboxes are counted up, which only dicts can; the others get absolute figures. */
    private void share(ExpectedRow mailbox, int number) {
        all.get(number % all.size()).add(mailbox, LoadClient.EventKind.LOGIN);
        if (number % 2 == 0) {
            all.get(EVENTS + number / 2 % DICTS).add(mailbox, LoadClient.EventKind.INCREMENT);
        } else {
            all.get(number / 2 % all.size()).add(mailbox, LoadClient.EventKind.SET);
        }
    }

    void start() {
        for (LoadClient talker : all) {
            Thread thread = new Thread(talker, "talker");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Waits until everything sent has been answered. */
    void finish() {
        all.forEach(LoadClient::stop);
        Await.until(
                () -> threads.stream().noneMatch(Thread::isAlive), Duration.ofSeconds(60), () -> "answers are missing");
        all.forEach(talker -> assertThat(talker.fault()).isNull());
    }

    long sent() {
        return all.stream().mapToLong(LoadClient::sent).sum();
    }

    long taken() {
        return all.stream().mapToLong(LoadClient::taken).sum();
    }

    @Override
    public void close() throws IOException {
        for (LoadClient talker : all) {
            talker.hangUp();
        }
    }
}
