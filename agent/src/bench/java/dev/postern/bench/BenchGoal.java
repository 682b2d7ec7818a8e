package dev.postern.bench;

import java.util.Locale;

/** What a figure is to reach, written as in {@code "≥ 0.97"}; empty where a figure has no goal. */
record BenchGoal(String text) {

    static BenchGoal atLeast(double value) {
        return new BenchGoal("≥ " + number(value));
    }

    static BenchGoal atMost(double value) {
        return new BenchGoal("≤ " + number(value));
    }

    static BenchGoal none() {
        return new BenchGoal("");
    }

    boolean isSet() {
        return !text.isEmpty();
    }

    double value() {
        return Double.parseDouble(text.substring(2));
    }

    boolean isReachedBy(double figure) {
        return text.startsWith("≥") ? figure >= value() : figure <= value();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }
}
