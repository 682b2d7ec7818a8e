package dev.postern.bench;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The report's ratios as bars that begin at 1, where both are alike, on a logarithmic axis; each with its extremes and
 * its goal. The same rows give the same bytes.
 */
final class ReportChart {

    private static final int LABELS = 480;
    private static final int AXIS = 400;
    private static final int SAID = 210;
    private static final int WIDTH = LABELS + AXIS + SAID;
    private static final int LINE = 36;
    private static final int TOP = 30;
    private static final String GREY = "#666";
    private static final double FROM = 0.1;
    private static final double TO = 10_000;

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter svg;
    private int y = TOP;

    private ReportChart() throws XMLStreamException {
        svg = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
    }

    /** An SVG document. */
    static String of(List<ReportRow> rows) {
        try {
            ReportChart chart = new ReportChart();
            chart.draw(rows.stream().filter(ReportRow::isRatio).toList());
            return chart.text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    private void draw(List<ReportRow> rows) throws XMLStreamException {
        long topics = rows.stream().map(ReportRow::topic).distinct().count();
        int height = (int) (TOP + LINE * (rows.size() + topics) + LINE / 2);
        svg.writeStartElement("svg");
        attributes("xmlns", "http://www.w3.org/2000/svg", "width", WIDTH, "height", height);
        attributes("font-family", "sans-serif", "font-size", 12);
        element("rect", "width", WIDTH, "height", height, "fill", "#fff");
        axis(height - LINE / 2);
        List<ReportTopic> seen = new ArrayList<>();
        for (ReportRow row : rows) {
            if (!seen.contains(row.topic())) {
                seen.add(row.topic());
                label(8, y + 26, row.topic().title(), "font-weight", "bold");
                y += LINE;
            }
            bar(row);
            y += LINE;
        }
        svg.writeEndElement();
        svg.writeCharacters("\n");
    }

    private void axis(int bottom) throws XMLStreamException {
        label(8, TOP - 12, "Postern, in so many times of what is beside it", "fill", GREY);
        for (double tick = FROM; tick <= TO * 1.001; tick *= 10) {
            String colour = Math.abs(tick - 1) < 0.001 ? "#333" : "#ddd";
            element("line", "x1", x(tick), "x2", x(tick), "y1", TOP - 6, "y2", bottom, "stroke", colour);
            label(x(tick), TOP - 12, decimal(tick), "fill", GREY, "text-anchor", "middle");
        }
    }

    private void bar(ReportRow row) throws XMLStreamException {
        double from = Math.min(x(1), x(row.figure()));
        double to = Math.max(x(1), x(row.figure()));
        BenchGoal goal = new BenchGoal(row.goal());
        String colour = !goal.isSet() ? "#aab4be" : goal.isReachedBy(row.figure()) ? "#4c9a6a" : "#d98a3d";
        label(20, y + 14, row.what());
        label(20, y + 28, "beside " + row.beside(), "fill", GREY, "font-size", 11);
        element("rect", "x", from, "y", y + 8, "width", to - from, "height", 14, "fill", colour);
        element("line", "x1", x(row.min()), "x2", x(row.max()), "y1", y + 15, "y2", y + 15, "stroke", "#222");
        if (goal.isSet()) {
            double aim = x(goal.value()) - 1;
            element("rect", "x", aim, "y", y + 4, "width", 2, "height", 22, "fill", "#b00020");
            label(LABELS + AXIS + 12, y + 28, "goal " + goal.text() + ", " + row.verdict(), "fill", GREY);
        }
        label(LABELS + AXIS + 12, y + 14, row.said());
    }

    private void label(double x, int baseline, String words, Object... more) throws XMLStreamException {
        svg.writeStartElement("text");
        attributes("x", x, "y", baseline);
        attributes(more);
        svg.writeCharacters(words);
        svg.writeEndElement();
        svg.writeCharacters("\n");
    }

    private void element(String name, Object... attributes) throws XMLStreamException {
        svg.writeEmptyElement(name);
        attributes(attributes);
        svg.writeCharacters("\n");
    }

    private void attributes(Object... pairs) throws XMLStreamException {
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            svg.writeAttribute((String) pairs[i], value instanceof Double number ? decimal(number) : value.toString());
        }
    }

    /** Where on the drawing a ratio is; what is off the axis is at its end. */
    private static double x(double ratio) {
        double inside = Math.max(FROM, Math.min(TO, ratio));
        return LABELS + AXIS * Math.log10(inside / FROM) / Math.log10(TO / FROM);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
    }
}
