package dev.postern.model;

/** The outcome of a lookup. Every protocol maps these three onto its own words, once. */
public sealed interface LookupResult {

    Missing MISSING = new Missing();

    /** There is an answer; never empty, never digits alone (Postfix would read those as "permit"). */
    record Found(String value) implements LookupResult {}

    /** There is none: no such key, or nothing to object to. */
    record Missing() implements LookupResult {}

    /** Not to be known at the moment; the reason is for the peer's log and names no internals. */
    record TempFail(String reason) implements LookupResult {}
}
