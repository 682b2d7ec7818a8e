package dev.postern.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The same bytes as a stream socket may hand them over. */
public final class ByteSplits {

    private ByteSplits() {}

    /** Whole, byte by byte, and in two at every offset. */
    public static List<List<byte[]>> all(byte[] bytes) {
        List<List<byte[]>> ways = new ArrayList<>(List.of(List.of(bytes), single(bytes)));
        for (int i = 1; i < bytes.length; i++) {
            ways.add(halves(bytes, i));
        }
        return ways;
    }

    /** Whole, byte by byte, and in two in the middle: for many inputs, one after the other. */
    public static List<List<byte[]>> some(byte[] bytes) {
        return List.of(List.of(bytes), single(bytes), halves(bytes, bytes.length / 2));
    }

    private static List<byte[]> single(byte[] bytes) {
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> new byte[] {bytes[i]})
                .toList();
    }

    private static List<byte[]> halves(byte[] bytes, int at) {
        return List.of(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length));
    }
}
