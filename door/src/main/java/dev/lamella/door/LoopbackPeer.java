package dev.lamella.door;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Which user is at the other end of a TCP connection within this machine, as the kernel says in {@code /proc/net/tcp} and {@code tcp6}.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">The proc/net/tcp variables</a>
 */
final class LoopbackPeer {

    private static final int LINES_MAX = 1_000_000;

    /** A closed connection is listed on as root's, in another state: nothing but this one counts. */
    private static final String ESTABLISHED = "01";

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int USER = 7;

    private final Path directory;

    /**
     * Makes a reader.
     *
     * @param directory {@code /proc/net}
     */
    LoopbackPeer(Path directory) {
        this.directory = directory;
    }

    /**
     * Finds the user.
     *
     * @param client the other end's address
     * @param server this end's address
     * @return the number; nothing if it cannot be told
     */
    OptionalInt uid(InetSocketAddress client, InetSocketAddress server) {
        for (String file : new String[] {"tcp", "tcp6"}) {
            boolean wide = file.equals("tcp6");
            try (BufferedReader lines = Files.newBufferedReader(directory.resolve(file), StandardCharsets.ISO_8859_1)) {
                String local = written(client, wide);
                String remote = written(server, wide);
                int read = 0;
                for (String line = lines.readLine(); line != null && read < LINES_MAX; line = lines.readLine()) {
                    OptionalInt uid = uid(line, local, remote);
                    if (uid.isPresent()) {
                        return uid;
                    }
                    read++;
                }
            } catch (IOException _) {
                // Without IPv6 there is no tcp6.
            }
        }
        return OptionalInt.empty();
    }

    /** Reads the user of a line about this connection, seen from the client's end. */
    static OptionalInt uid(String line, String local, String remote) {
        String[] words = line.strip().split("\\s+", USER + 2);
        boolean isIt = words.length > USER
                && words[LOCAL].equals(local)
                && words[REMOTE].equals(remote)
                && words[STATE].equals(ESTABLISHED);
        if (!isIt) {
            return OptionalInt.empty();
        }
        try {
            int uid = Integer.parseUnsignedInt(words[USER]);
            // Users beyond 2^31 have no account here.
            return uid < 0 ? OptionalInt.empty() : OptionalInt.of(uid);
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    /** Writes an address as these files do: words of four bytes, as the processor would read them as numbers. */
    static String written(InetSocketAddress address, boolean wide) {
        InetAddress host = address.getAddress();
        byte[] bytes = host.getAddress();
        if (wide && host instanceof Inet4Address) {
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(bytes, 0, mapped, 12, 4);
            bytes = mapped;
        }
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        var text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append("%08X".formatted(words.getInt()));
        }
        return text.append(":%04X".formatted(address.getPort())).toString();
    }
}
