package dev.postern.dovecot.dict;

import dev.postern.mailbox.MailboxView;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.Timers;
import dev.postern.net.ReplyQueue.PendingReply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** LOOKUP and ITERATE, answered from the directory. */
final class DictLookups {

    private static final Logger log = LoggerFactory.getLogger(DictLookups.class);

    /** Dovecot waits 30 s and longer, with a user behind it; a reply within a second lets the session go on. */
    static final Duration DEADLINE = Duration.ofMillis(950);

    /** "Internal quota calculation error" to the user; {@code N} would have the mailbox counted anew. */
    private static final String NOT_NOW = DictReply.failed("mailbox cannot be read now");

    private final MailboxView view;
    private final Timers timers;
    private final DictMetrics meters;

    DictLookups(MailboxView view, Timers timers, DictMetrics meters) {
        this.view = view;
        this.timers = timers;
        this.meters = meters;
    }

    /**
     * Fills the slot now or later, and reports when it was later. Keys not kept here do not exist, whatever MySQL does.
     */
    void answer(DictCommand.Lookup lookup, PendingReply slot, Runnable later) {
        if (DictKey.of(lookup.key()) instanceof DictKey.QuotaKey quota) {
            answer(lookup.user(), mailbox -> value(quota, mailbox), slot, later);
        } else {
            fill(slot, DictReply.NOT_FOUND, System.nanoTime());
        }
    }

    /** As for one key. */
    void answer(DictCommand.Iterate iterate, PendingReply slot, Runnable later) {
        DictIteration listing = new DictIteration(iterate);
        if (listing.isOfNothing()) {
            fill(slot, DictReply.END, System.nanoTime());
        } else {
            answer(iterate.user(), listing::of, slot, later);
        }
    }

    private void answer(String user, Function<@Nullable Mailbox, String> reply, PendingReply slot, Runnable later) {
        long begin = System.nanoTime();
        MailAddress address = MailAddress.parse(user);
        Future<@Nullable Mailbox> mailbox = address == null ? Future.succeededFuture(null) : view.find(address);
        mailbox.map(reply).otherwise(DictLookups::notNow).onSuccess(text -> fill(slot, text, begin));
        if (slot.isOpen()) {
            Runnable cancel = timers.after(DEADLINE, () -> {
                fill(slot, NOT_NOW, begin);
                later.run();
            });
            mailbox.onComplete(done -> {
                cancel.run();
                later.run();
            });
        }
    }

    private static String notNow(Throwable failure) {
        if (!(failure instanceof UnavailableException)) {
            log.atError().setCause(failure).log("dict lookup failed by a fault");
        }
        return NOT_NOW;
    }

    private void fill(PendingReply slot, String reply, long begin) {
        if (slot.isOpen()) {
            slot.fill(reply);
            meters.lookup(reply.isEmpty() ? 'N' : reply.charAt(0), System.nanoTime() - begin);
        }
    }

    private static String value(DictKey.QuotaKey quota, @Nullable Mailbox mailbox) {
        Long figure = mailbox == null ? null : quota.of(mailbox);
        return figure == null ? DictReply.NOT_FOUND : DictReply.found(figure.toString());
    }
}
