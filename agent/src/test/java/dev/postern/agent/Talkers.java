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
final class Talkers implements AutoCloseable {

    private static final int EVENTS = 3;
    private static final int DICTS = 4;

    private final List<Talker> all = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    Talkers(AgentConfigFile agent, Path dict, Collection<Truth> mailboxes, Random seeds) {
        for (int i = 0; i < EVENTS; i++) {
            all.add(new EventTalker(agent, seeds.nextLong()));
        }
        for (int i = 0; i < DICTS; i++) {
            all.add(new DictTalker(dict, seeds.nextLong()));
        }
        int count = 0;
        for (Truth mailbox : mailboxes) {
            share(mailbox, count++);
        }
    }

    /** Half of the mailboxes are counted up, which only dicts can; the others are told their figures. */
    private void share(Truth mailbox, int number) {
        all.get(number % all.size()).add(mailbox, Talker.Kind.LOGIN);
        if (number % 2 == 0) {
            all.get(EVENTS + number / 2 % DICTS).add(mailbox, Talker.Kind.INCREMENT);
        } else {
            all.get(number / 2 % all.size()).add(mailbox, Talker.Kind.SET);
        }
    }

    void start() {
        for (Talker talker : all) {
            Thread thread = new Thread(talker, "talker");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Waits until everything told has been answered. */
    void finish() {
        all.forEach(Talker::stop);
        Await.until(
                () -> threads.stream().noneMatch(Thread::isAlive), Duration.ofSeconds(60), () -> "answers are missing");
        all.forEach(talker -> assertThat(talker.fault()).isNull());
    }

    long told() {
        return all.stream().mapToLong(Talker::told).sum();
    }

    long taken() {
        return all.stream().mapToLong(Talker::taken).sum();
    }

    @Override
    public void close() throws IOException {
        for (Talker talker : all) {
            talker.hangUp();
        }
    }
}
