package dev.lamella.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackPeerTest {

    private static final String CLIENT = "0100007F:D431";
    private static final String SERVER = "0100007F:14C8";
    private static final String LINE =
            "   7: 0100007F:D431 0100007F:14C8 01 00000000:00000000 02:00000A9F 00000000  1000        0 123456 2 0000000000000000 20 4 30 10 -1";

    private static InetSocketAddress at(String host, int port) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Test
    void readsTheLineOfTheConnection() {
        assertThat(LoopbackPeer.uid(LINE, CLIENT, SERVER)).hasValue(1000);
        assertThat(LoopbackPeer.uid(LINE, SERVER, CLIENT))
                .as("the other end's line")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                "   7: 0100007F:D431 0100007F:14C8 01",
                "   7: 0100007F:D431 0100007F:14C8 06 00000000:00000000 02:00000A9F 00000000  0 0 0",
                "   7: 0100007F:D431 0100007F:14C8 01 00000000:00000000 02:00000A9F 00000000  -1 0 1",
                "   7: 0100007F:D431 0100007F:14C8 01 00000000:00000000 02:00000A9F 00000000  4294967295 0 1",
                "   7: 0100007F:D431 0100007F:14C8 01 00000000:00000000 02:00000A9F 00000000  99999999999999999999 0 1",
                "   7: 0100007F:D431 0100007F:14C8 01 00000000:00000000 02:00000A9F 00000000  root 0 1",
                "   7: 0100007F:D431 0200007F:14C8 01 00000000:00000000 02:00000A9F 00000000  1000 0 1"
            })
    void othersAndNonsenseTellNothing(String line) {
        assertThat(LoopbackPeer.uid(line, CLIENT, SERVER)).isEmpty();
    }

    @Test
    void writesAddressesAsTheKernelDoes() throws Exception {
        assertThat(LoopbackPeer.written(at("127.0.0.1", 0x14C8), false)).isEqualTo(SERVER);
        assertThat(LoopbackPeer.written(at("127.0.0.1", 0x14C8), true))
                .isEqualTo("0000000000000000FFFF00000100007F:14C8");
        assertThat(LoopbackPeer.written(at("::1", 80), true)).isEqualTo("00000000000000000000000001000000:0050");
    }

    @Test
    void aClosedConnectionOfTheSameAddressDoesNotCount(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("tcp"), LINE.replace(" 01 ", " 06 ").replace("1000", "0") + "\n" + LINE);
        var peer = new LoopbackPeer(directory);
        assertThat(peer.uid(at("127.0.0.1", 0xD431), at("127.0.0.1", 0x14C8))).hasValue(1000);
        assertThat(peer.uid(at("127.0.0.1", 1), at("127.0.0.1", 0x14C8))).isEmpty();
        assertThat(new LoopbackPeer(directory.resolve("none")).uid(at("127.0.0.1", 1), at("127.0.0.1", 2)))
                .isEmpty();
    }

    @Test
    @Tag("integration")
    void findsThisProcess() throws Exception {
        int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            try (var server = new ServerSocket(0, 1, InetAddress.getByName(host));
                    var client = new Socket(server.getInetAddress(), server.getLocalPort());
                    Socket accepted = server.accept()) {
                var peer = new LoopbackPeer(Path.of("/proc/net"));
                assertThat(peer.uid((InetSocketAddress) accepted.getRemoteSocketAddress(), (InetSocketAddress)
                                accepted.getLocalSocketAddress()))
                        .as(client.toString())
                        .hasValue(self);
            }
        }
    }
}
