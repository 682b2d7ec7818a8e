package dev.postern.bench;

/** What an event is for. */
enum ObservedEffect {
    ANSWERED("OK: it cannot be lost", Double.NaN, "the journal's group sync, or MySQL where that is sooner"),
    QUOTA("the quota lookup sees it", 1, "the way into the agent and back, twice"),
    RELAY("the pop-before-smtp lookup sees it", 1, "the way into the agent and back, twice"),
    WRITTEN("it is in MySQL", 50, "the batch before its own; looked for each millisecond");

    private final String text;
    private final double mostMillis;
    private final String bound;

    ObservedEffect(String said, double mostMillis, String bound) {
        this.text = said;
        this.mostMillis = mostMillis;
        this.bound = bound;
    }

    String text() {
        return text;
    }

    /** For 99 of 100. */
    BenchGoal goal() {
        return Double.isNaN(mostMillis) ? BenchGoal.none() : BenchGoal.atMost(mostMillis);
    }

    String bound() {
        return bound;
    }
}
