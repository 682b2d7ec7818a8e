package dev.postern.dovecot.events;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Answers that are known and not yet sent, in the order of the lines. Those that repeat are counted and not kept, so
 * that a peer may send a million events before it reads the first answer.
 */
final class ReplyBuffer {

    /** In place of the event's number, which no longer matters. */
    private static final long OK = 0;

    private static final class ReplyRun {
        final String text;
        final long answer;
        int times = 1;

        ReplyRun(long answer) {
            this.answer = answer;
            this.text = text(answer);
        }
    }

    private final Deque<ReplyRun> runs = new ArrayDeque<>();

    /**
     * Adds an answer as {@link EventReplyQueue} has it; an event's number stands for "cannot be lost any more".
     */
    void add(long owed) {
        long answer = Math.min(owed, OK);
        ReplyRun last = runs.peekLast();
        if (last != null && last.answer == answer && last.times < Integer.MAX_VALUE) {
            last.times++;
        } else {
            runs.add(new ReplyRun(answer));
        }
    }

    /** Removes answers from the beginning, as many as make up that many characters or a little more. */
    String take(int characters) {
        StringBuilder taken = new StringBuilder();
        for (ReplyRun first = runs.peek(); first != null && taken.length() < characters; first = runs.peek()) {
            int times = Math.min(first.times, (characters - taken.length()) / first.text.length() + 1);
            taken.append(first.text.repeat(times));
            first.times -= times;
            if (first.times == 0) {
                runs.remove();
            }
        }
        return taken.toString();
    }

    /** How many different ones after one another. */
    int runs() {
        return runs.size();
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    private static String text(long answer) {
        if (answer == OK) {
            return "OK\n";
        }
        return answer == EventReplyQueue.BUSY
                ? "BUSY\n"
                : "ERR " + Rejection.of(answer).text() + "\n";
    }
}
