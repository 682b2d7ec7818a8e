package dev.postern.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Fields separated by TABs, as Dovecot's protocols have them: 0x01 and a letter stand for what would end a field or a
 * line ({@code lib/strescape.c}).
 */
public final class TabEscaping {

    private static final char ESCAPE = 1;

    private TabEscaping() {}

    /** Splits at TABs, then unescapes each field. */
    public static List<String> split(String line) {
        List<String> fields = new ArrayList<>(5);
        int start = 0;
        for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', start)) {
            fields.add(unescape(line.substring(start, tab)));
            start = tab + 1;
        }
        fields.add(unescape(line.substring(start)));
        return fields;
    }

    /** An escape before any other character yields that character; one at the very end is dropped. */
    public static String unescape(String field) {
        if (field.indexOf(ESCAPE) < 0) {
            return field;
        }
        StringBuilder plain = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c != ESCAPE) {
                plain.append(c);
            } else if (++i < field.length()) {
                plain.append(unescaped(field.charAt(i)));
            }
        }
        return plain.toString();
    }

    /** A field as it is written. */
    public static String escape(String plain) {
        StringBuilder field = new StringBuilder(plain.length() + 8);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            int special = "\0\1\t\r\n".indexOf(c);
            if (special < 0) {
                field.append(c);
            } else {
                field.append(ESCAPE).append("01trn".charAt(special));
            }
        }
        return field.toString();
    }

    private static char unescaped(char letter) {
        return switch (letter) {
            case '0' -> '\0';
            case '1' -> ESCAPE;
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'n' -> '\n';
            default -> letter;
        };
    }
}
