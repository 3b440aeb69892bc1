package dev.lamella.erofs;

import dev.lamella.erofs.ErofsFormatException.Problem;
import dev.lamella.filetree.Timestamp;

/** Reads and checks superblock and device table. */
final class SuperblockReader {

    private static final int COMPATIBLE_KNOWN = Superblock.CHECKSUM | Superblock.MTIME | Superblock.XATTR_FILTER;
    private static final int INCOMPATIBLE_KNOWN =
            Superblock.CHUNKED_FILE | Superblock.DEVICE_TABLE | Superblock.PACKED_INODE | Superblock.XATTR_PREFIXES;
    private static final int BLOCK_BITS_MAX = 16;

    private final ImageBytes bytes;

    SuperblockReader(ImageBytes bytes) {
        this.bytes = bytes;
    }

    Superblock read() throws ErofsFormatException {
        bytes.require(Superblock.OFFSET, Superblock.BYTES, "a superblock");
        int magic = bytes.s32(at(0));
        if (magic != Superblock.MAGIC) {
            throw error(
                    Problem.BAD_MAGIC,
                    0,
                    "magic number %08x, expected %08x; this is no EROFS image".formatted(magic, Superblock.MAGIC));
        }
        var superblock = new Superblock(
                bytes.s32(at(Superblock.CHECKSUM_AT)),
                bytes.s32(at(8)),
                bytes.u8(at(12)),
                bytes.u16(at(14)),
                bytes.s64(at(16)),
                time(),
                bytes.u32(at(36)),
                bytes.u32(at(40)),
                bytes.u32(at(44)),
                bytes.s32(at(80)),
                bytes.u16(at(86)),
                bytes.u16(at(88)),
                bytes.u8(at(91)),
                bytes.u32(at(92)),
                bytes.s64(at(96)));
        checkFeatures(superblock);
        checkGeometry(superblock);
        if ((superblock.compatible() & Superblock.CHECKSUM) != 0) {
            checkChecksum(superblock);
        }
        return superblock;
    }

    private Timestamp time() throws ErofsFormatException {
        long nanos = bytes.u32(at(32));
        if (nanos > 999_999_999) {
            throw error(Problem.BAD_TIME, 32, "build time with %d nanoseconds".formatted(nanos));
        }
        return new Timestamp(bytes.s64(at(24)), (int) nanos);
    }

    private void checkFeatures(Superblock superblock) throws ErofsFormatException {
        int unknown = superblock.incompatible() & ~INCOMPATIBLE_KNOWN;
        if (unknown != 0) {
            throw error(Problem.UNKNOWN_FEATURE, 80, "unknown incompatible features 0x%x".formatted(unknown));
        }
        unknown = superblock.compatible() & ~COMPATIBLE_KNOWN;
        if (unknown != 0) {
            throw error(Problem.UNKNOWN_FEATURE, 8, "unknown compatible features 0x%x".formatted(unknown));
        }
    }

    private void checkGeometry(Superblock superblock) throws ErofsFormatException {
        int bits = superblock.blockBits();
        if (bits < Block.BITS || bits > BLOCK_BITS_MAX) {
            throw error(
                    Problem.BAD_SUPERBLOCK,
                    12,
                    "block size 2^%d, expected 2^%d to 2^%d".formatted(bits, Block.BITS, BLOCK_BITS_MAX));
        }
        if (bytes.u8(at(13)) != 0) {
            throw error(Problem.BAD_SUPERBLOCK, 13, "an extended superblock, expected 128 bytes");
        }
        if (bytes.u8(at(90)) != 0) {
            throw error(Problem.BAD_SUPERBLOCK, 90, "directory blocks of another size than blocks");
        }
        long size = superblock.blocks() << bits;
        if (size > bytes.size()) {
            throw error(
                    Problem.TRUNCATED,
                    36,
                    "the image says it has %d bytes, but there are %d; copy it again".formatted(size, bytes.size()));
        }
        if (size < bytes.size()) {
            throw error(
                    Problem.BAD_SUPERBLOCK,
                    36,
                    "the image says it has %d bytes, but there are %d".formatted(size, bytes.size()));
        }
        if (superblock.metaBlock() >= superblock.blocks() || superblock.xattrBlock() >= superblock.blocks()) {
            throw error(
                    Problem.BAD_SUPERBLOCK,
                    40,
                    "inodes from block %d, attributes from block %d of %d"
                            .formatted(superblock.metaBlock(), superblock.xattrBlock(), superblock.blocks()));
        }
    }

    private void checkChecksum(Superblock superblock) throws ErofsFormatException {
        int blockBytes = 1 << superblock.blockBits();
        int length = blockBytes > Superblock.OFFSET ? blockBytes - Superblock.OFFSET : blockBytes;
        int expected = Superblock.checksumOf(bytes.bytes(Superblock.OFFSET, length));
        if (expected != superblock.checksum()) {
            throw error(
                    Problem.BAD_CHECKSUM,
                    Superblock.CHECKSUM_AT,
                    "checksum %08x, but the bytes have %08x; copy the image again"
                            .formatted(superblock.checksum(), expected));
        }
    }

    /** Reads the one device; an image without has one of no blocks. */
    DeviceSlot device(Superblock superblock) throws ErofsFormatException {
        boolean announced = (superblock.incompatible() & Superblock.DEVICE_TABLE) != 0;
        if (superblock.devices() > 1 || superblock.devices() == 1 != announced) {
            throw error(
                    Problem.BAD_DEVICE_TABLE, 86, "%d devices, expected the tar alone".formatted(superblock.devices()));
        }
        if (!announced) {
            return new DeviceSlot(0, 0);
        }
        long offset = (long) superblock.deviceSlot() * DeviceSlot.BYTES;
        if (offset < Superblock.OFFSET + Superblock.BYTES || offset > bytes.size() - DeviceSlot.BYTES) {
            throw error(
                    Problem.BAD_DEVICE_TABLE, 88, "device table at %d, outside of what it can be in".formatted(offset));
        }
        var device = new DeviceSlot(
                bytes.u32(offset + DeviceSlot.BLOCKS_AT), bytes.u32(offset + DeviceSlot.MAPPED_BLOCK_AT));
        if (device.mappedBlock() != 0 && device.mappedBlock() < superblock.blocks()) {
            throw new ErofsFormatException(
                    Problem.BAD_DEVICE_TABLE,
                    offset + DeviceSlot.MAPPED_BLOCK_AT,
                    "device mapped at block %d, into the image's %d blocks"
                            .formatted(device.mappedBlock(), superblock.blocks()));
        }
        return device;
    }

    private static long at(int field) {
        return (long) Superblock.OFFSET + field;
    }

    private static ErofsFormatException error(Problem problem, int field, String message) {
        return new ErofsFormatException(problem, at(field), message);
    }
}
