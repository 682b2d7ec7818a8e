package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterChangeTest {

    @Test
    void incrementsAddUpAndMayGoBelowZero() {
        assertThat(CounterChange.increment(5).then(CounterChange.increment(-12)))
                .isEqualTo(CounterChange.increment(-7));
        assertThat(CounterChange.increment(-7).applyTo(3L)).isEqualTo(-4L);
    }

    @Test
    void anIncrementChangesWhatWasSetBefore() {
        assertThat(CounterChange.set(100).then(CounterChange.increment(-1))).isEqualTo(CounterChange.set(99));
    }

    @Test
    void aFigureThatIsSetForgetsWhatWasBefore() {
        assertThat(CounterChange.increment(5).then(CounterChange.set(1))).isEqualTo(CounterChange.set(1));
        assertThat(CounterChange.unset().then(CounterChange.set(1))).isEqualTo(CounterChange.set(1));
        assertThat(CounterChange.set(5).then(CounterChange.unset())).isEqualTo(CounterChange.unset());
    }

    @Test
    void nothingCanBeAddedToNothing() {
        assertThat(CounterChange.increment(5).applyTo(null)).isNull();
        assertThat(CounterChange.unset().then(CounterChange.increment(5))).isEqualTo(CounterChange.unset());
        assertThat(CounterChange.unset().applyTo(7L)).isNull();
    }

    @Test
    void sumsStopAtTheBounds() {
        assertThat(CounterChange.increment(1).applyTo(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(CounterChange.increment(-1).applyTo(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(CounterChange.increment(Long.MIN_VALUE).applyTo(Long.MAX_VALUE))
                .isEqualTo(-1L);
    }
}
