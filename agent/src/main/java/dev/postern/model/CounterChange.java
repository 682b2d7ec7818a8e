package dev.postern.model;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of one figure of a mailbox, {@code bytes} or {@code messages}.
 *
 * @param kind how {@code value} is meant
 * @param value the figure itself or what is added to it; 0 for {@link ChangeKind#UNSET}
 */
public record CounterChange(ChangeKind kind, long value) {

    /** Dovecot's words for what it does to a dict value. */
    public enum ChangeKind {
        /** The value replaces the figure. */
        SET,
        /** The value is added where a figure exists; it may be negative, and so may the sum. */
        INCREMENT,
        /** Afterwards the figure is unknown. */
        UNSET
    }

    private static final CounterChange UNSET = new CounterChange(ChangeKind.UNSET, 0);

    public static CounterChange set(long value) {
        return new CounterChange(ChangeKind.SET, value);
    }

    public static CounterChange increment(long difference) {
        return new CounterChange(ChangeKind.INCREMENT, difference);
    }

    public static CounterChange unset() {
        return UNSET;
    }

    /** This and then a later one, as one. Associative, as long as no sum reaches the bounds of 64 bits. */
    public CounterChange then(CounterChange later) {
        if (later.kind != ChangeKind.INCREMENT || kind == ChangeKind.UNSET) {
            return later.kind == ChangeKind.INCREMENT ? this : later;
        }
        return new CounterChange(kind, sum(value, later.value));
    }

    /** A figure as it is afterwards; null = there is none. */
    public @Nullable Long applyTo(@Nullable Long figure) {
        return switch (kind) {
            case SET -> value;
            case UNSET -> null;
            case INCREMENT -> figure == null ? null : (Long) sum(figure, value);
        };
    }

    /** Stops at the bounds: a column holds no more, and a wrong sign would be worse. */
    private static long sum(long a, long b) {
        long sum = a + b;
        boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }
}
