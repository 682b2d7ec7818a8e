package dev.postern.postfix.socketmap;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One question.
 *
 * @param map which of ours; the peer's word, so any text
 * @param key may be empty and may hold spaces, quotes, anything; bytes that are not UTF-8 are replaced
 */
record SocketmapRequest(String map, String key) {

    /**
     * Reads a payload: the map's name, one space, the key.
     *
     * @return null without a space in it
     */
    static @Nullable SocketmapRequest parse(Buffer payload) {
        String text = payload.toString();
        int space = text.indexOf(' ');
        return space < 0 ? null : new SocketmapRequest(text.substring(0, space), text.substring(space + 1));
    }
}
