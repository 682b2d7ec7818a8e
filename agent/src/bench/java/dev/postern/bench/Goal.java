package dev.postern.bench;

import java.util.Locale;

/** What a figure is to reach, written as in {@code "≥ 0.97"}; empty where a figure is told only. */
record Goal(String text) {

    static Goal atLeast(double value) {
        return new Goal("≥ " + number(value));
    }

    static Goal atMost(double value) {
        return new Goal("≤ " + number(value));
    }

    static Goal none() {
        return new Goal("");
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
