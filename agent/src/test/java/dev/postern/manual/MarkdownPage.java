package dev.postern.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A page of a Markdown file: headings, paragraphs, indented code and tables, which become lists of terms. */
public final class MarkdownPage {

    private final Roff page;
    private final List<String> paragraph = new ArrayList<>();
    private final List<String> code = new ArrayList<>();
    private boolean inTable;

    private MarkdownPage(Roff page) {
        this.page = page;
    }

    /** The text after its first heading, which is the page's name. */
    public static Roff of(String name, int section, String summary, List<String> lines) {
        Roff page = new Roff(name, section, summary);
        page.heading("DESCRIPTION");
        MarkdownPage markdown = new MarkdownPage(page);
        lines.stream().skip(1).forEach(markdown::line);
        markdown.end();
        return page;
    }

    private void line(String line) {
        if (line.startsWith("    ") || (line.isEmpty() && !code.isEmpty())) {
            endParagraph();
            code.add(line.isEmpty() ? "" : line.substring(4));
        } else if (line.startsWith("|")) {
            end();
            row(line);
        } else if (line.startsWith("#")) {
            end();
            inTable = false;
            page.heading(line.replaceAll("^#+ |`", ""));
        } else if (line.isBlank()) {
            end();
            inTable = false;
        } else {
            endCode();
            paragraph.add(line);
        }
    }

    /** Not those of the heading. */
    private void row(String line) {
        List<String> cells = Stream.of(line.substring(1).split("(?<!\\\\)\\|"))
                .map(String::strip)
                .toList();
        if (!inTable) {
            inTable = true;
        } else if (!cells.get(0).startsWith("--")) {
            String last = cells.get(cells.size() - 1);
            String between = cells.size() > 2 && !cells.get(1).isEmpty() ? " (" + cells.get(1) + ")" : "";
            page.item(cells.get(0) + between, last);
        }
    }

    private void end() {
        endParagraph();
        endCode();
    }

    private void endParagraph() {
        if (!paragraph.isEmpty()) {
            page.paragraph(String.join(" ", paragraph));
            paragraph.clear();
        }
    }

    private void endCode() {
        while (!code.isEmpty() && code.get(code.size() - 1).isEmpty()) {
            code.remove(code.size() - 1);
        }
        if (!code.isEmpty()) {
            page.code(List.copyOf(code));
            code.clear();
        }
    }
}
