package dev.lamella.erofs;

/** Device numbers as Linux writes them to disk: 12 bits of major, 20 bits of minor whose upper 12 come first. */
final class DeviceNumber {

    private static final int LOW_MINOR_MASK = 0xff;
    private static final int MAJOR_SHIFT = 8;
    private static final int MAJOR_MASK = 0xfff;
    private static final int HIGH_MINOR_SHIFT = 12;

    private DeviceNumber() {}

    static int encode(int major, int minor) {
        return (minor & LOW_MINOR_MASK) | (major << MAJOR_SHIFT) | ((minor & ~LOW_MINOR_MASK) << HIGH_MINOR_SHIFT);
    }

    static int major(int encoded) {
        return (encoded >>> MAJOR_SHIFT) & MAJOR_MASK;
    }

    static int minor(int encoded) {
        return (encoded & LOW_MINOR_MASK) | ((encoded >>> HIGH_MINOR_SHIFT) & ~LOW_MINOR_MASK);
    }
}
