package dev.postern.dovecot.dict;

import dev.postern.net.LineDecoder;
import dev.postern.net.Peer;
import dev.postern.net.ReplyQueue;
import dev.postern.net.ReplyQueue.PendingReply;
import dev.postern.net.Session;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a Dovecot process: requests in, replies out in the same order. A peer that cannot be understood is
 * hung up on, as Dovecot's own server does it, once what it asked before has been answered.
 */
final class DictSession implements Session {

    /** Dovecot's own server takes no longer line. */
    static final int MAX_LINE = 64 * 1024;

    /** Dovecot's own server stops reading at so many ({@code DICT_CONN_MAX_PENDING_COMMANDS}). */
    static final int MAX_PENDING = 1000;

    /** Transactions that have begun and not ended; Dovecot's processes have a few. */
    static final int MAX_TRANSACTIONS = 1000;

    /** What a transaction, a login in it, or a request that waits for its reply, takes in memory, about. */
    private static final int REQUEST_BYTES = 512;

    private static final Logger log = LoggerFactory.getLogger(DictSession.class);

    private final Peer peer;
    private final DictCommits commits;
    private final DictLookups lookups;
    private final IncrementingRoot root;
    private final InstantSource clock;
    private final DictMetrics meters;
    private final LineDecoder lines = new LineDecoder(MAX_LINE, this::line);
    private final ReplyQueue<PendingReply> replies = new ReplyQueue<>();
    private final Map<Long, DictTransaction> transactions = new HashMap<>();
    private StringBuilder out = new StringBuilder();
    private int major;
    private String user = "";
    private String dict = "";
    private boolean ended;
    private boolean paused;
    private boolean reading;

    DictSession(
            Peer peer,
            DictCommits commits,
            DictLookups lookups,
            IncrementingRoot root,
            InstantSource clock,
            DictMetrics meters) {
        this.peer = peer;
        this.commits = commits;
        this.lookups = lookups;
        this.root = root;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void read(byte[] bytes) {
        if (ended) {
            return;
        }
        reading = true;
        if (!lines.feed(bytes)) {
            hangUp("line too long");
        }
        reading = false;
        answer();
    }

    @Override
    public void inputClosed() {
        ended = true;
        answer();
    }

    @Override
    public void stop() {
        ended = true;
        peer.pause();
        answer();
    }

    @Override
    public void writable() {
        answer();
    }

    @Override
    public boolean hasPendingReplies() {
        return replies.size() > 0;
    }

    @Override
    public int bufferedBytes() {
        int logins = 0;
        for (DictTransaction transaction : transactions.values()) {
            logins += transaction.logins();
        }
        return lines.bufferedBytes() + REQUEST_BYTES * (replies.size() + transactions.size() + logins);
    }

    @Override
    public void closed() {
        ended = true;
        transactions.clear();
    }

    /** Every event up to and including this number cannot be lost any more. */
    void settled(long upTo) {
        commits.settled(upTo);
        answer();
    }

    /** Nothing that waits is promised any more. */
    void stalled() {
        commits.stalled();
        answer();
    }

    private void line(byte[] bytes, int from, int to) {
        if (ended) {
            return;
        }
        DictCommand command = DictCommand.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8), major);
        if (command == null) {
            hangUp("not understood");
        } else if (command instanceof DictCommand.Hello hello) {
            greet(hello);
        } else if (major == 0) {
            hangUp("no HELLO");
        } else {
            serve(command);
        }
    }

    /** Nothing is answered to it. */
    private void greet(DictCommand.Hello hello) {
        if (major != 0 || hello.major() < DictCommand.OLDEST_MAJOR || hello.major() > DictCommand.NEWEST_MAJOR) {
            hangUp("HELLO of major version " + hello.major());
            return;
        }
        major = hello.major();
        user = hello.user();
        dict = hello.dict();
    }

    private void serve(DictCommand command) {
        if (command instanceof DictCommand.Lookup lookup) {
            lookups.answer(lookup.of(user), replies.add(new PendingReply()), this::answer);
        } else if (command instanceof DictCommand.Iterate iterate) {
            lookups.answer(iterate.of(user), replies.add(new PendingReply()), this::answer);
        } else if (command instanceof DictCommand.Commit commit) {
            commit(commit);
        } else if (command instanceof DictCommand.Begin begin) {
            begin(begin);
        } else if (command instanceof DictCommand.Rollback rollback) {
            transactions.remove(rollback.id());
        } else if (command instanceof DictCommand.Operation operation) {
            operate(operation);
        }
    }

    private void begin(DictCommand.Begin begin) {
        if (transactions.size() >= MAX_TRANSACTIONS) {
            hangUp("too many transactions begun");
            return;
        }
        String owner = begin.user().isEmpty() ? user : begin.user();
        if (transactions.put(begin.id(), new DictTransaction(owner)) != null) {
            hangUp("transaction begun twice");
        }
    }

    private void operate(DictCommand.Operation operation) {
        DictTransaction transaction = transactions.get(operation.id());
        if (transaction == null) {
            hangUp("no such transaction");
        } else if (operation instanceof DictCommand.Set set) {
            transaction.set(set.key(), set.value(), clock.instant());
        } else if (operation instanceof DictCommand.Unset unset) {
            transaction.unset(unset.key());
        } else if (operation instanceof DictCommand.Increment increment) {
            transaction.increment(increment.key(), increment.difference());
        }
    }

    private void commit(DictCommand.Commit commit) {
        DictTransaction transaction = transactions.remove(commit.id());
        if (transaction == null) {
            hangUp("no such transaction");
        } else {
            if (transaction.increments() && !root.counts(dict)) {
                transaction.refuse("another quota root is counted already");
            }
            commits.take(commit, transaction, replies.add(new PendingReply()));
        }
    }

    private void hangUp(String why) {
        if (!ended) {
            ended = true;
            meters.malformed();
            log.atWarn().addKeyValue("reason", why).log("peer of the dict socket not understood, closed");
        }
    }

    /** What becomes known while a read is worked off leaves in one write. */
    private void answer() {
        if (reading) {
            return;
        }
        replies.drainTo(reply -> out.append(reply).append('\n'));
        if (!out.isEmpty()) {
            String replies = out.toString();
            // Not kept: it may have become large.
            out = new StringBuilder();
            peer.write(replies);
        }
        if (ended && !hasPendingReplies()) {
            peer.close();
        } else {
            throttle();
        }
    }

    private void throttle() {
        if (!paused && (replies.size() >= MAX_PENDING || peer.isFull())) {
            paused = true;
            peer.pause();
        } else if (paused && !ended && !peer.isFull() && replies.size() < MAX_PENDING / 2) {
            paused = false;
            peer.resume();
        }
    }
}
