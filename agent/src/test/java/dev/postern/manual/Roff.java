package dev.postern.manual;

import java.util.List;

/** A page in the macros of man(7). */
public final class Roff {

    private final StringBuilder page = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param summary the name's line in whatis(1)
     */
    public Roff(String name, int section, String summary) {
        line(".TH " + name.toUpperCase(java.util.Locale.ROOT) + " " + section + " \"\" \"Postern\" \"Postern manual\"");
        heading("NAME");
        line(escaped(name) + " \\- " + escaped(summary));
    }

    public Roff heading(String text) {
        return line(".SH " + escaped(text));
    }

    public Roff subheading(String text) {
        return line(".SS " + escaped(text));
    }

    /** In Markdown: words in backquotes and in two stars are bold, links are their text. */
    public Roff paragraph(String markdown) {
        return line(".PP").line(inline(markdown));
    }

    /** A term, and what it is. */
    public Roff item(String markdown, String text) {
        line(".TP").line(inline(markdown));
        return line(text.isBlank() ? "\\&" : inline(text));
    }

    /** As it stands. */
    public Roff code(List<String> lines) {
        line(".PP").line(".RS 4").line(".nf");
        lines.forEach(text -> line(text.isEmpty() ? "\\&" : escaped(text)));
        return line(".fi").line(".RE");
    }

    private Roff line(String text) {
        page.append(text).append('\n');
        return this;
    }

    private static String inline(String markdown) {
        StringBuilder out = new StringBuilder();
        String plain = markdown.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
        boolean code = false;
        boolean bold = false;
        for (int i = 0; i < plain.length(); i++) {
            if (plain.charAt(i) == '`') {
                code = !code;
                out.append(code ? "\\fB" : "\\fR");
            } else if (!code && plain.startsWith("**", i)) {
                bold = !bold;
                out.append(bold ? "\\fB" : "\\fR");
                i++;
            } else {
                out.append(escaped(plain.charAt(i)));
            }
        }
        String text = out.toString();
        return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            out.append(escaped(text.charAt(i)));
        }
        String line = out.toString();
        return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
    }

    /** Non-ASCII characters by their numbers, so that no encoding matters. */
    private static String escaped(char c) {
        return switch (c) {
            case '\\' -> "\\e";
            case '-' -> "\\-";
            case '\'' -> "\\(aq";
            case '`' -> "\\(ga";
            case '^' -> "\\(ha";
            case '~' -> "\\(ti";
            default -> c < 0x7f ? Character.toString(c) : "\\[u%04X]".formatted((int) c);
        };
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
