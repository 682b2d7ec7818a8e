package dev.postern.directory;

import dev.postern.core.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL said of one address.
 *
 * @param row null when there is none
 * @param batch the batch of ours that the row includes, and all before it
 * @param asOf when that was, in milliseconds since 1970: never later than the row
 */
record Entry(@Nullable Mailbox row, long batch, long asOf) {}
