package dev.postern.directory;

import dev.postern.core.Address;
import dev.postern.core.Answer;
import dev.postern.core.Mailbox;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The {@code quota} map: is this recipient's mailbox full? */
public final class QuotaLookup {

    private final Directory directory;
    private final Answer full;

    /**
     * Answers from a directory.
     *
     * @param reply what is found for a full mailbox: an SMTP code and text
     */
    public QuotaLookup(Directory directory, String reply) {
        this.directory = directory;
        this.full = new Answer.Found(reply);
    }

    /**
     * Looks a recipient up: as it stands, and if there is no such mailbox, without its {@code +extension}.
     *
     * @param key as Postfix sent it; what is not a whole address is missing
     */
    public Future<Answer> answer(String key) {
        Address address = Address.ofRecipient(key);
        if (address == null) {
            return Future.succeededFuture(Answer.MISSING);
        }
        Address bare = address.withoutExtension();
        Future<@Nullable Mailbox> mailbox =
                bare.equals(address) ? directory.find(address) : directory.findEither(address, bare);
        return mailbox.map(this::answer).recover(QuotaLookup::unknown);
    }

    private static Future<Answer> unknown(Throwable failure) {
        return failure instanceof UnavailableException
                ? Future.succeededFuture(new Answer.TempFail("mailbox cannot be read now"))
                : Future.failedFuture(failure);
    }

    private Answer answer(@Nullable Mailbox mailbox) {
        return mailbox != null && mailbox.active() && mailbox.overQuota() ? full : Answer.MISSING;
    }
}
