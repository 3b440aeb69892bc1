package dev.lamella.door;

import dev.lamella.oci.EngineConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a mirror is made of.
 *
 * @param listen where it listens; on the loopback interface
 * @param engine how registries are reached
 * @param root the same with root's credentials
 * @param nodeSocket the node's socket
 * @param timeBox how long a pull may be held back
 * @param limits how much it does at once
 */
public record MirrorConfig(
        InetSocketAddress listen,
        EngineConfig engine,
        EngineConfig root,
        Path nodeSocket,
        Duration timeBox,
        MirrorLimits limits) {

    /** Refuses an address that others than this machine could reach: private images are shown to whoever asks as their owner. */
    public MirrorConfig {
        if (listen.isUnresolved() || !listen.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "%s: a mirror listens on a loopback address only, such as 127.0.0.1:5320".formatted(listen));
        }
    }
}
