package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IpNetworkListTest {

    private static final IpAddress INSIDE = IpAddress.parse("192.0.2.7");

    @Test
    void theFirstThatFitsDecides() {
        assertThat(new IpNetworkList(List.of(item("192.0.2.7/32", true), item("192.0.2.0/24", false))).contains(INSIDE))
                .isFalse();
        assertThat(new IpNetworkList(List.of(item("192.0.2.0/24", false), item("192.0.2.7/32", true))).contains(INSIDE))
                .isTrue();
        assertThat(new IpNetworkList(List.of(item("198.51.100.0/24", true), item("192.0.2.0/24", false)))
                        .contains(INSIDE))
                .isTrue();
    }

    @Test
    void whatNothingFitsIsOutside() {
        assertThat(new IpNetworkList(List.of()).contains(INSIDE)).isFalse();
        assertThat(new IpNetworkList(List.of(item("198.51.100.0/24", true))).contains(INSIDE))
                .isFalse();
        assertThat(IpNetworkList.of(List.of(IpNetwork.parse("192.0.2.0/24"))).contains(INSIDE))
                .isTrue();
    }

    private static IpNetworkList.NetworkPattern item(String network, boolean exception) {
        return new IpNetworkList.NetworkPattern(IpNetwork.parse(network), exception);
    }
}
