package dev.postern.mailbox;

import dev.postern.model.Mailbox;
import java.time.Instant;

/**
 * A mailbox with everything that has been accepted.
 *
 * @param pending whether some of that is not in MySQL yet
 * @param asOf never later than the rest of it
 */
public record MailboxSnapshot(Mailbox mailbox, boolean pending, Instant asOf) {}
