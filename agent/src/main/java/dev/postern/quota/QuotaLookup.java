package dev.postern.quota;

import dev.postern.mailbox.Directory;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.Address;
import dev.postern.model.Answer;
import io.vertx.core.Future;

/**
 * Is there no room for a message to this recipient? So it is when its mail ends in mailboxes of ours alone and none of them
 * has room.
 */
public final class QuotaLookup {

    /** Postfix follows more; who writes {@code a%b%c%d%e@f} does not write to a mailbox of ours. */
    private static final int MAX_ROUTES = 3;

    /** In characters; more than any address of ours and its routes. */
    private static final int LONGEST = 2048;

    private final Targets targets;
    private final Answer full;

    /**
     * Answers from a directory.
     *
     * @param reply what is found for a full mailbox: an SMTP code and text
     */
    public QuotaLookup(Directory directory, Subscriptions subscriptions, String reply) {
        this.targets = new Targets(directory, subscriptions);
        this.full = new Answer.Found(reply);
    }

    /** Is the mailbox full already, whatever the size of the message? */
    public Future<Answer> answer(String key) {
        return answer(key, 0);
    }

    /**
     * Looks a recipient up: as it stands and without its {@code +extension}, as a mailbox and as one with subscribers, and
     * where it leads to when it is a route.
     *
     * @param key as Postfix sent it; what is not a whole address is missing
     * @param size of the message in bytes, 0 = not known
     */
    public Future<Answer> answer(String key, long size) {
        return key.length() > LONGEST ? Future.succeededFuture(Answer.MISSING) : answer(key, size, MAX_ROUTES);
    }

    private Future<Answer> answer(String key, long size, int routes) {
        Future<Answer> direct = ofAddress(key, size);
        String behind = routes == 0 ? null : Address.withoutRoute(key);
        if (behind == null) {
            return direct;
        }
        return direct.compose(answer -> answer instanceof Answer.Missing ? answer(behind, size, routes - 1) : direct);
    }

    private Future<Answer> ofAddress(String key, long size) {
        Address address = Address.ofRecipient(key);
        return address == null
                ? Future.succeededFuture(Answer.MISSING)
                : new Walk(targets, size)
                        .endsInFullMailboxes(address)
                        .map(isFull -> isFull ? full : Answer.MISSING)
                        .recover(QuotaLookup::unknown);
    }

    private static Future<Answer> unknown(Throwable failure) {
        return failure instanceof UnavailableException
                ? Future.succeededFuture(new Answer.TempFail("mailbox cannot be read now"))
                : Future.failedFuture(failure);
    }
}
