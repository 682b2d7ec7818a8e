package dev.postern.admin;

import dev.postern.model.MailAddress;
import dev.postern.model.MailboxNameRules;
import dev.postern.model.RecipientDelimiter;
import java.util.List;

/** The rules for a subscription: the address, and the recipients of its mail. */
public final class SubscriptionRules {

    /** Recipients that one command adds or removes. */
    public static final int MAX_RECIPIENTS = 100;

    /** A recipient may have an extension. */
    private static final MailboxNameRules RECIPIENTS = new MailboxNameRules(new RecipientDelimiter(""));

    private final MailboxRules mailboxes;

    /**
     * Rules for an installation.
     *
     * @param delimiter whose characters no address has that has subscribers
     */
    public SubscriptionRules(RecipientDelimiter delimiter) {
        this.mailboxes = new MailboxRules(delimiter);
    }

    /**
     * Returns the address whose mail is subscribed to; {@code @example.org} for all of a domain that has no mailbox
     * and no subscribers of its own.
     *
     * @throws InvalidInputException when mail for it would not be looked up
     */
    public MailAddress subscribed(String text, boolean outgoing) {
        String stripped = text.strip();
        if (!stripped.startsWith("@")) {
            return mailboxes.newAddress(stripped);
        }
        if (outgoing) {
            throw new InvalidInputException("outgoing mail is subscribed to by mailbox, not by domain");
        }
        return MailboxRules.address("any@" + DomainRules.name(stripped.substring(1)))
                .ofWholeDomain();
    }

    /**
     * Returns recipients as they are stored.
     *
     * @throws InvalidInputException when one would be left out by Postfix, or is the address itself
     */
    public static List<MailAddress> recipients(List<String> texts, MailAddress of) {
        if (texts.size() > MAX_RECIPIENTS) {
            throw new InvalidInputException("at most " + MAX_RECIPIENTS + " recipients at a time");
        }
        return texts.stream().map(text -> recipient(text, of)).distinct().toList();
    }

    private static MailAddress recipient(String text, MailAddress of) {
        MailAddress recipient = MailboxRules.address(text);
        String problem = RECIPIENTS.problem(recipient.value());
        if (problem != null) {
            throw new InvalidInputException(recipient + " " + problem);
        }
        if (recipient.equals(of)) {
            throw new InvalidInputException(recipient + " cannot subscribe to itself");
        }
        return recipient;
    }
}
