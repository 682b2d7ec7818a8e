package dev.postern.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.net.ReplyQueue.PendingReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyQueueTest {

    private final ReplyQueue<PendingReply> queue = new ReplyQueue<>();
    private final List<String> sent = new ArrayList<>();

    @Test
    void repliesLeaveInTheOrderOfTheRequests() {
        PendingReply first = queue.add(new PendingReply());
        PendingReply second = queue.add(new PendingReply());
        PendingReply third = queue.add(new PendingReply());
        second.fill("two");
        queue.drainTo(sent::add);
        assertThat(sent).isEmpty();
        first.fill("one");
        queue.drainTo(sent::add);
        assertThat(sent).containsExactly("one", "two");
        assertThat(queue.size()).isEqualTo(1);
        assertThat(third.isOpen()).isTrue();
    }

    @Test
    void aReplyIsSetOnce() {
        PendingReply reply = queue.add(new PendingReply());
        assertThat(reply.fill("first")).isTrue();
        assertThat(reply.fill("second")).isFalse();
        queue.drainTo(sent::add);
        queue.drainTo(sent::add);
        assertThat(sent).containsExactly("first");
    }

    @Test
    void nothingLeavesOnceItIsCleared() {
        PendingReply reply = queue.add(new PendingReply());
        List<PendingReply> cleared = new ArrayList<>();
        queue.clear(cleared::add);
        assertThat(reply.fill("late")).isTrue();
        queue.drainTo(sent::add);
        assertThat(sent).isEmpty();
        assertThat(cleared).containsExactly(reply);
    }
}
