package dev.postern.bench;

/** What an event is for. */
enum Effect {
    ANSWERED("OK: it cannot be lost", Double.NaN, "the journal's group sync, or MySQL where that is sooner"),
    QUOTA("the quota lookup sees it", 1, "the way into the agent and back, twice"),
    RELAY("the pop-before-smtp lookup sees it", 1, "the way into the agent and back, twice"),
    WRITTEN("it is in MySQL", 50, "the batch before its own; looked for each millisecond");

    private final String said;
    private final double mostMillis;
    private final String bound;

    Effect(String said, double mostMillis, String bound) {
        this.said = said;
        this.mostMillis = mostMillis;
        this.bound = bound;
    }

    String said() {
        return said;
    }

    /** For 99 of 100. */
    Goal goal() {
        return Double.isNaN(mostMillis) ? Goal.none() : Goal.atMost(mostMillis);
    }

    String bound() {
        return bound;
    }
}
