package dev.postern.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of a script: the comment at its top, and the variables that its settings come from. */
public final class ScriptPage {

    private static final Pattern SETTING = Pattern.compile("(?m)^(\\w+)=\\$\\{(POSTERN_\\w+):-([^}]*)\\}");
    private static final Pattern SENTENCE = Pattern.compile("(.*?)(?:[.,:](?: .*)?|)$");

    private ScriptPage() {}

    public static Roff of(String name, String script) {
        List<String> comment = script.lines()
                .skip(1)
                .takeWhile(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^# ?", ""))
                .toList();
        Matcher first = SENTENCE.matcher(comment.get(0));
        String summary = first.matches() ? first.group(1) : comment.get(0);
        Roff page = new Roff(name, 8, summary.substring(0, 1).toLowerCase(Locale.ROOT) + summary.substring(1));
        page.heading("DESCRIPTION");
        paragraphs(page, comment);
        page.heading("ENVIRONMENT");
        Matcher setting = SETTING.matcher(script);
        while (setting.find()) {
            page.item("`" + setting.group(2) + "`", "Default: `" + setting.group(3) + "`.");
        }
        page.heading("FILES");
        page.item("`/usr/lib/postern/" + name + "`", "Where Dovecot's configuration looks for it.");
        page.heading("SEE ALSO");
        return page.paragraph("`postern`(8), `postern.toml`(5), `doveadm`(1)");
    }

    private static void paragraphs(Roff page, List<String> comment) {
        List<String> text = new ArrayList<>();
        for (String line : comment) {
            boolean code = line.startsWith("  ");
            if ((line.isEmpty() || code) && !text.isEmpty()) {
                page.paragraph(String.join(" ", text));
                text.clear();
            }
            if (code) {
                page.code(List.of(line.strip()));
            } else if (!line.isEmpty()) {
                text.add(line);
            }
        }
        if (!text.isEmpty()) {
            page.paragraph(String.join(" ", text));
        }
    }
}
