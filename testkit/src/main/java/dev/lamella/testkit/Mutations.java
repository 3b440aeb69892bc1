package dev.lamella.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Damages bytes the way parsers fear: flipped bits, cuts, insertions, copies, and numbers at the edges of their ranges. */
public final class Mutations {

    private static final int MUTATIONS_MAX = 6;
    private static final int RUN_BYTES_MAX = 1024;

    private static final List<Long> MAGIC_NUMBERS = List.of(
            0L,
            1L,
            -1L,
            0x7fL,
            0x80L,
            0xffL,
            0x7fffL,
            0x8000L,
            0xffffL,
            0x7fff_ffffL,
            0x8000_0000L,
            0xffff_ffffL,
            Long.MAX_VALUE,
            Long.MIN_VALUE);

    private static final List<String> MAGIC_DIGITS = List.of(
            "0", "-1", "9", "7777777", "77777777777", "2147483648", "9223372036854775807", "99999999999999999999");

    private Mutations() {}

    /** Returns a copy with one to a few changes; it may be longer, shorter or empty. */
    public static byte[] mutate(SeededRandom random, byte[] original) {
        byte[] bytes = original.clone();
        for (int left = 1 + random.nextInt(MUTATIONS_MAX); left > 0; left--) {
            bytes = bytes.length == 0 ? random.bytes(1 + random.nextInt(16)) : mutateOnce(random, bytes);
        }
        return bytes;
    }

    private static byte[] mutateOnce(SeededRandom random, byte[] bytes) {
        int at = random.nextInt(bytes.length);
        int run = Math.min(bytes.length - at, 1 + random.nextInt(RUN_BYTES_MAX));
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 3 -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
            case 4 -> Arrays.copyOf(bytes, at);
            case 5 -> splice(bytes, at, 0, random.bytes(1 + random.nextInt(32)));
            case 6 -> splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + run));
            case 7 -> splice(bytes, at, run, new byte[0]);
            case 8 -> overwrite(bytes, at, number(random));
            default -> overwrite(bytes, at, TarEntry.ascii(random.pick(MAGIC_DIGITS)));
        };
    }

    private static byte[] number(SeededRandom random) {
        ByteOrder order = random.oneIn(2) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] whole = ByteBuffer.allocate(Long.BYTES)
                .order(order)
                .putLong(random.pick(MAGIC_NUMBERS))
                .array();
        int width = 1 << random.nextInt(4);
        return order == ByteOrder.BIG_ENDIAN
                ? Arrays.copyOfRange(whole, Long.BYTES - width, Long.BYTES)
                : Arrays.copyOf(whole, width);
    }

    private static byte[] overwrite(byte[] bytes, int at, byte[] with) {
        System.arraycopy(with, 0, bytes, at, Math.min(with.length, bytes.length - at));
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
        var result = new byte[bytes.length - removed + inserted.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, at + removed, result, at + inserted.length, bytes.length - at - removed);
        return result;
    }
}
