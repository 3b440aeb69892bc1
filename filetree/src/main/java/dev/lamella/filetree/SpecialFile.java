package dev.lamella.filetree;

/**
 * A device, FIFO or socket. An overlayfs whiteout is the character device 0:0.
 *
 * @param metadata the metadata
 * @param type which of the four
 * @param major device number, upper part, 0 to 4095; 0 for FIFOs and sockets
 * @param minor device number, lower part, 0 to 1048575; 0 for FIFOs and sockets
 */
public record SpecialFile(Metadata metadata, Type type, int major, int minor) implements Node {

    /** The types of special files. */
    public enum Type {
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO,
        SOCKET
    }

    /** The greatest major device number Linux has. */
    public static final int MAJOR_MAX = (1 << 12) - 1;

    /** The greatest minor device number Linux has. */
    public static final int MINOR_MAX = (1 << 20) - 1;

    /** Checks the device numbers. */
    public SpecialFile {
        boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
        int majorMax = device ? MAJOR_MAX : 0;
        int minorMax = device ? MINOR_MAX : 0;
        if (major < 0 || major > majorMax || minor < 0 || minor > minorMax) {
            throw new IllegalArgumentException("%s with device number %d:%d".formatted(type, major, minor));
        }
    }

    /** Returns whether this is overlayfs's sign for a name removed from the layers below. */
    public boolean isWhiteout() {
        return type == Type.CHARACTER_DEVICE && major == 0 && minor == 0;
    }
}
