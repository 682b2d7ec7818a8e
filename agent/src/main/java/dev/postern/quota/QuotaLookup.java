package dev.postern.quota;

import dev.postern.mailbox.MailboxView;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.RecipientDelimiter;
import io.vertx.core.Future;

/**
 * Is there no room for a message to this recipient? So it is when its mail ends in mailboxes of ours alone and none of
 * them has room.
 */
public final class QuotaLookup {

    /** Postfix follows more; {@code a%b%c%d%e@f} does not lead to a mailbox of this server. */
    private static final int MAX_ROUTES = 3;

    /** In characters; more than any address of ours and its routes. */
    private static final int MAX_LENGTH = 2048;

    private final AliasResolver targets;
    private final LookupResult full;

    /**
     * Answers from a directory.
     *
     * @param delimiter where an address has its extension
     * @param reply what is found for a full mailbox: an SMTP code and text
     */
    public QuotaLookup(MailboxView view, SubscriptionCache subscriptions, RecipientDelimiter delimiter, String reply) {
        this.targets = new AliasResolver(view, subscriptions, delimiter);
        this.full = new LookupResult.Found(reply);
    }

    /** Is the mailbox full already, whatever the size of the message? */
    public Future<LookupResult> answer(String key) {
        return answer(key, 0);
    }

    /**
     * Looks a recipient up: as it stands and without its extension, as a mailbox and as one with subscribers, and
     * where it leads to when it is a route.
     *
     * @param key as Postfix sent it; what is not a whole address is missing
     * @param size of the message in bytes, 0 = not known
     */
    public Future<LookupResult> answer(String key, long size) {
        return key.length() > MAX_LENGTH ? Future.succeededFuture(LookupResult.MISSING) : answer(key, size, MAX_ROUTES);
    }

    private Future<LookupResult> answer(String key, long size, int routes) {
        Future<LookupResult> direct = ofAddress(key, size);
        String behind = routes == 0 ? null : MailAddress.withoutRoute(key);
        if (behind == null) {
            return direct;
        }
        return direct.compose(
                answer -> answer instanceof LookupResult.Missing ? answer(behind, size, routes - 1) : direct);
    }

    private Future<LookupResult> ofAddress(String key, long size) {
        MailAddress address = MailAddress.ofRecipient(key);
        return address == null
                ? Future.succeededFuture(LookupResult.MISSING)
                : new AliasExpansion(targets, size)
                        .endsInFullMailboxes(address)
                        .map(isFull -> isFull ? full : LookupResult.MISSING)
                        .recover(QuotaLookup::unknown);
    }

    private static Future<LookupResult> unknown(Throwable failure) {
        return failure instanceof UnavailableException
                ? Future.succeededFuture(new LookupResult.TempFail("mailbox cannot be read now"))
                : Future.failedFuture(failure);
    }
}
