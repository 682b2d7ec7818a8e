package dev.postern;

/** The command {@code postern}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(64);
    }
}
