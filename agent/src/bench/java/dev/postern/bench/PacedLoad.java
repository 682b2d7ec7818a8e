package dev.postern.bench;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Events at a fixed rate, each at its own moment: a contestant that is late with one is late with the next ones, and
 * all times count from the moment at which an event was due. Even ones are quota figures, each mailbox now full and now
 * not; odd ones are logins from addresses not used before.
 */
final class PacedLoad implements AutoCloseable {

    static final int RATE = 5_000;

    private static final int SECONDS = 5;
    private static final int EVENTS = RATE * SECONDS;
    private static final long STEP_NANOS = 1_000_000_000L / RATE;
    private static final long FULL = 2_000_000_000L;

    private final AgentConfigFile files;
    private final int mailboxes;
    private final Map<ObservedEffect, EffectWatcher> watchers = new EnumMap<>(ObservedEffect.class);
    private int number;

    PacedLoad(AgentConfigFile files, TestDatabase database, int mailboxes) throws SQLException, IOException {
        this.files = files;
        this.mailboxes = mailboxes;
        watchers.put(ObservedEffect.QUOTA, new EffectWatcher(new LookupProbe(files.socketmap(), "quota")));
        watchers.put(ObservedEffect.RELAY, new EffectWatcher(new LookupProbe(files.socketmap(), "pop-before-smtp")));
        watchers.put(ObservedEffect.WRITTEN, new EffectWatcher(new RowProbe(database)));
    }

    /** One run of some seconds; each effect's times. */
    Map<ObservedEffect, Measurement> run() throws Exception {
        try (AnsweredLines lines = new AnsweredLines(files.events(), EVENTS)) {
            long start = System.nanoTime();
            for (int i = 0; i < EVENTS; i++) {
                long due = start + i * STEP_NANOS;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                send(lines, due);
            }
            Map<ObservedEffect, Measurement> seen = new EnumMap<>(ObservedEffect.class);
            seen.put(ObservedEffect.ANSWERED, lines.outcome());
            for (var watcher : watchers.entrySet()) {
                seen.put(watcher.getKey(), watcher.getValue().outcome());
            }
            return seen;
        }
    }

    private void send(AnsweredLines lines, long due) throws IOException {
        int event = number++;
        String mailbox = "user" + event / 2 % mailboxes + "@example.org";
        if (event % 2 == 0) {
            boolean full = event / 2 / mailboxes % 2 == 0;
            long bytes = (full ? FULL : 0) + event;
            lines.send("quota\tuser=" + mailbox + "\tbytes=" + bytes + "\tmessages=1\n", due);
            String answer = full ? "OK 452 4.2.2 Mailbox is over quota" : "NOTFOUND ";
            watchers.get(ObservedEffect.QUOTA).watch(mailbox, answer, due);
            watchers.get(ObservedEffect.WRITTEN).watch(mailbox, Long.toString(bytes), due);
        } else {
            String ip = "10." + (event >> 16 & 255) + "." + (event >> 8 & 255) + "." + (event & 255);
            lines.send("login\tuser=" + mailbox + "\tip=" + ip + "\tservice=imap\n", due);
            watchers.get(ObservedEffect.RELAY).watch(ip, "OK OK", due);
        }
    }

    @Override
    public void close() {
        watchers.values().forEach(EffectWatcher::close);
    }
}
