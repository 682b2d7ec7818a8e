package dev.postern.model;

import java.util.Map;

/**
 * Rows as MySQL had them at one moment.
 *
 * @param found the rows there are, by the address that was asked for
 * @param batch the batch of ours that they include, and all before it: what is newer is to be added to them
 */
public record MailboxRows(Map<MailAddress, Mailbox> found, long batch) {}
