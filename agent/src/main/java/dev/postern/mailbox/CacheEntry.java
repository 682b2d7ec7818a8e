package dev.postern.mailbox;

/** What MySQL returned for one address, and when. */
public interface CacheEntry {

    /** In milliseconds since 1970: never later than the value. */
    long asOf();

    /** Whether there is anything; that there is nothing is believed for a shorter time. */
    boolean isThere();

    /** How much of the cache it takes, at least 1. */
    int weight();
}
