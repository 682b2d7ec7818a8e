package dev.postern.journal;

import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;

/**
 * What one batch does to one address, coalesced.
 *
 * @param batch the batch's number; together with the address it is the key: a later entry replaces an earlier one
 */
record JournalEntry(long batch, MailAddress address, MailboxChange change) {}
