package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void incrementsAddUpAndMayGoBelowZero() {
        assertThat(Figure.increment(5).then(Figure.increment(-12))).isEqualTo(Figure.increment(-7));
        assertThat(Figure.increment(-7).applyTo(3L)).isEqualTo(-4L);
    }

    @Test
    void anIncrementChangesWhatWasSetBefore() {
        assertThat(Figure.set(100).then(Figure.increment(-1))).isEqualTo(Figure.set(99));
    }

    @Test
    void aFigureThatIsSetForgetsWhatWasBefore() {
        assertThat(Figure.increment(5).then(Figure.set(1))).isEqualTo(Figure.set(1));
        assertThat(Figure.unset().then(Figure.set(1))).isEqualTo(Figure.set(1));
        assertThat(Figure.set(5).then(Figure.unset())).isEqualTo(Figure.unset());
    }

    @Test
    void nothingCanBeAddedToNothing() {
        assertThat(Figure.increment(5).applyTo(null)).isNull();
        assertThat(Figure.unset().then(Figure.increment(5))).isEqualTo(Figure.unset());
        assertThat(Figure.unset().applyTo(7L)).isNull();
    }

    @Test
    void sumsStopAtTheBounds() {
        assertThat(Figure.increment(1).applyTo(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Figure.increment(-1).applyTo(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(Figure.increment(Long.MIN_VALUE).applyTo(Long.MAX_VALUE)).isEqualTo(-1L);
    }
}
