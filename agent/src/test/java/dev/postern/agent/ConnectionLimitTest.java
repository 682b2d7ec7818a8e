package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

    @Test
    void whatIsConfiguredHoldsWhereThereIsRoom() {
        assertThat(ConnectionLimit.share(2000, 65_536, 8)).isEqualTo(2000);
        assertThat(ConnectionLimit.share(2000, Long.MAX_VALUE, 8)).isEqualTo(2000);
    }

    @Test
    void allSocketsTogetherLeaveTheProcessItsOwnFiles() {
        assertThat(ConnectionLimit.share(2000, 1024, 8) * 8).isLessThanOrEqualTo(1024 - 100);
        assertThat(ConnectionLimit.share(2000, 256, 6)).isEqualTo(26);
    }

    @Test
    void noSocketIsShutAltogether() {
        assertThat(ConnectionLimit.share(2000, 64, 8)).isEqualTo(1);
        assertThat(ConnectionLimit.share(2000, 1024, 0)).isEqualTo(924);
    }
}
