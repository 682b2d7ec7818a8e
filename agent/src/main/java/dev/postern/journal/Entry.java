package dev.postern.journal;

import dev.postern.model.Address;
import dev.postern.model.Change;

/**
 * What one batch does to one address, coalesced.
 *
 * @param batch the batch's number; together with the address it is the key: a later entry replaces an earlier one
 */
record Entry(long batch, Address address, Change change) {}
