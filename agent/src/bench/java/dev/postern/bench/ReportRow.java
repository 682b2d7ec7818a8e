package dev.postern.bench;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * A row of the report.
 *
 * @param what was measured, of ours
 * @param ours the median, with its unit; empty where that is the figure itself
 * @param beside the alternative; empty where there is none
 * @param theirs its median, with its unit
 * @param figure the median of all rounds, of which {@code min} and {@code max} are the extremes
 * @param unit of the figure; {@code ×} for a ratio
 * @param goal as {@link BenchGoal} writes it
 * @param bound what keeps the figure from being better
 */
@JsonPropertyOrder({"topic", "what", "ours", "beside", "theirs", "figure", "min", "max", "unit", "goal", "bound"})
record ReportRow(
        ReportTopic topic,
        String what,
        String ours,
        String beside,
        String theirs,
        double figure,
        double min,
        double max,
        String unit,
        String goal,
        String bound) {

    private static final String TIMES = "×";

    /** Ours beside something else. */
    static ReportRow ratio(
            ReportTopic topic, String what, String beside, Comparison figures, BenchGoal goal, String bound) {
        return new ReportRow(
                topic,
                what,
                quantity(figures.ours().median(), figures.unit()),
                beside,
                quantity(figures.theirs().median(), figures.unit()),
                rounded(figures.ratio().median()),
                rounded(figures.ratio().min()),
                rounded(figures.ratio().max()),
                TIMES,
                goal.text(),
                bound);
    }

    /** A figure that stands for itself. */
    static ReportRow value(
            ReportTopic topic, String what, String unit, MedianRange figure, BenchGoal goal, String bound) {
        return new ReportRow(
                topic,
                what,
                "",
                "",
                "",
                rounded(figure.median()),
                rounded(figure.min()),
                rounded(figure.max()),
                unit,
                goal.text(),
                bound);
    }

    /** Whether it is about the same as another, which it then replaces. */
    boolean isAbout(ReportRow other) {
        return topic == other.topic && what.equals(other.what) && beside.equals(other.beside);
    }

    boolean isRatio() {
        return unit.equals(TIMES);
    }

    /** The figure, and its extremes. */
    String said() {
        String behind = isRatio() ? "" : " " + unit;
        return number(figure) + behind + " (" + number(min) + "–" + number(max) + ")";
    }

    /** Empty without a goal. */
    String verdict() {
        BenchGoal aim = new BenchGoal(goal);
        return aim.isSet() ? aim.isReachedBy(figure) ? "reached" : "missed" : "";
    }

    private static String quantity(double value, String unit) {
        return number(value) + (unit.startsWith("/") ? unit : " " + unit);
    }

    /** Three digits that mean something. */
    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, rounded(value));
    }

    private static double rounded(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(3)).doubleValue()
                : value;
    }
}
