package dev.lamella.fuse;

import dev.lamella.testkit.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests of all kinds as a kernel could send them, with random content. */
final class RandomRequests {

    private static final List<Opcode> OPCODES = List.of(Opcode.values());

    private RandomRequests() {}

    static byte[] any(SeededRandom random) {
        Opcode opcode = random.pick(OPCODES);
        return Dump.request(opcode.code(), body(opcode, random));
    }

    private static byte[] body(Opcode opcode, SeededRandom random) {
        return switch (opcode) {
            case LOOKUP, UNLINK, RMDIR, REMOVEXATTR -> join(name(random));
            case SYMLINK -> join(name(random), name(random));
            case RENAME -> join(random.bytes(8), name(random), name(random));
            case RENAME2 -> join(random.bytes(16), name(random), name(random));
            case MKDIR, LINK, GETXATTR -> join(random.bytes(8), name(random));
            case MKNOD, CREATE -> join(random.bytes(16), name(random));
            case SETXATTR -> {
                int size = random.nextInt(40);
                yield join(number(size), random.bytes(12), name(random), random.bytes(size));
            }
            case WRITE -> {
                int size = random.nextInt(300);
                yield join(random.bytes(16), number(size), random.bytes(20), random.bytes(size));
            }
            case BATCH_FORGET -> {
                int count = random.nextInt(5);
                yield join(number(count), random.bytes(4), random.bytes(16 * count));
            }
            case READ, READDIR, READDIRPLUS ->
                join(random.bytes(16), number(random.nextInt(1 << 20)), random.bytes(20));
            default -> random.bytes(88); // SETATTR has the most
        };
    }

    private static byte[] name(SeededRandom random) {
        return (random.word(20) + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
