package dev.postern.recording;

/** The recorder's side of one connection. */
@FunctionalInterface
interface Dialogue {

    /**
     * Takes what one read brought.
     *
     * @return what to send at once; empty for nothing
     */
    String answer(String received);
}
