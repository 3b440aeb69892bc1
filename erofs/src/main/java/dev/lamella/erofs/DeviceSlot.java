package dev.lamella.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An entry of the device table, 128 bytes.
 *
 * @param blocks size of the device in blocks
 * @param mappedBlock where the device would begin if it were appended to the image: the image's own number of blocks
 */
record DeviceSlot(long blocks, long mappedBlock) {

    static final int BYTES = 128;
    static final int BLOCKS_AT = 64;
    static final int MAPPED_BLOCK_AT = 68;

    void encode(ByteBuffer target) {
        ByteBuffer out = target.slice(target.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(BLOCKS_AT, (int) blocks);
        out.putInt(MAPPED_BLOCK_AT, (int) mappedBlock);
        target.position(target.position() + BYTES);
    }
}
