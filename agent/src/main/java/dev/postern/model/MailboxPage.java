package dev.postern.model;

import java.util.List;

/**
 * Rows of the table in the order of its key, as MySQL had them at one moment.
 *
 * @param batch the batch of ours that they include, and all before it: what is newer is to be added to them
 */
public record MailboxPage(List<Mailbox> rows, long batch) {}
