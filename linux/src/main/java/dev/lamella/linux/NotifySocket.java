package dev.lamella.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Tells a service manager how a daemon is: datagrams to the unix socket named in {@code NOTIFY_SOCKET}, as sd_notify(3) describes.
 */
public final class NotifySocket {

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
    private static final int PATH_BYTES_MAX = 107;

    private NotifySocket() {}

    /**
     * Sends a message.
     *
     * @param socket the value of {@code NOTIFY_SOCKET}: a path, or with {@code @} a name in the abstract namespace
     * @param message lines such as {@code READY=1}
     * @throws LinuxException if nobody listens there
     */
    public static void send(String socket, String message) throws LinuxException {
        byte[] name = socket.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > PATH_BYTES_MAX) {
            throw new IllegalArgumentException("NOTIFY_SOCKET of %d bytes".formatted(name.length));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Short.BYTES + name.length);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, name.length);
            if (name[0] == '@') {
                address.set(ValueLayout.JAVA_BYTE, Short.BYTES, (byte) 0);
            }
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment content = arena.allocate(text.length);
            MemorySegment.copy(text, 0, content, ValueLayout.JAVA_BYTE, 0, text.length);
            int descriptor = (int) Libc.SOCKET.call(socket, (int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            try {
                Libc.SENDTO.call(socket, descriptor, content, (long) text.length, 0, address, (int) address.byteSize());
            } finally {
                Libc.CLOSE.call(socket, descriptor);
            }
        }
    }
}
