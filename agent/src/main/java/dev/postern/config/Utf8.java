package dev.postern.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes files that people write. */
final class Utf8 {

    /** Some editors put it before the text. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private Utf8() {}

    /** Returns the text without a byte order mark; fails when the bytes are not UTF-8. */
    static String decode(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }
}
