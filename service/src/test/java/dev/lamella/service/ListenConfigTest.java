package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListenConfigTest {

    private static final Optional<InetSocketAddress> OPEN = Optional.of(new InetSocketAddress("0.0.0.0", 8080));

    @Test
    void tokensDoNotPassNetworksInPlain() {
        assertThatThrownBy(() -> new ListenConfig(OPEN, Optional.empty(), Optional.empty(), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without TLS");
        var tls = new ListenConfig.Tls(Path.of("a.crt"), Path.of("a.key"), Optional.empty(), Map.of());
        assertThat(new ListenConfig(OPEN, Optional.empty(), Optional.of(tls), false).address())
                .isEqualTo(OPEN);
        assertThat(new ListenConfig(OPEN, Optional.empty(), Optional.empty(), true).address())
                .isEqualTo(OPEN);
        assertThat(ListenConfig.loopback().address()).isPresent();
    }

    @Test
    void thereIsSomethingToListenOn() {
        assertThatThrownBy(() -> new ListenConfig(Optional.empty(), Optional.empty(), Optional.empty(), false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
