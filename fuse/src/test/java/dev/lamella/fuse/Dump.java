package dev.lamella.fuse;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Bytes as documentation: each line has hexadecimal bytes, or text in quotes, and behind {@code #} the name of the
 * field. Poison in numbers ({@code ef be ad de}) shows fields that were confused.
 */
final class Dump {

    private Dump() {}

    static byte[] bytes(String annotated) {
        var bytes = new ByteArrayOutputStream();
        for (String line : annotated.lines().toList()) {
            String code = line.replaceFirst("#.*", "").strip();
            if (code.startsWith("\"")) {
                bytes.writeBytes(code.substring(1, code.length() - 1).getBytes(StandardCharsets.UTF_8));
                bytes.write(0);
            } else {
                bytes.writeBytes(HexFormat.of().parseHex(code.replace(" ", "")));
            }
        }
        return bytes.toByteArray();
    }

    static MemorySegment segment(byte[] bytes) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    static MemorySegment segment(String annotated) {
        return segment(bytes(annotated));
    }

    /** Returns a request: a header of the right length with poison in it, and the body. */
    static byte[] request(int opcode, byte[] body) {
        byte[] header = bytes("""
                00 00 00 00              # len
                00 00 00 00              # opcode
                08 07 06 05 04 03 02 01  # unique
                2a 00 00 00 00 00 00 00  # nodeid
                e8 03 00 00              # uid
                e9 03 00 00              # gid
                34 12 00 00              # pid
                00 00                    # total_extlen
                00 00                    # padding
                """);
        var whole = new byte[header.length + body.length];
        System.arraycopy(header, 0, whole, 0, header.length);
        System.arraycopy(body, 0, whole, header.length, body.length);
        MemorySegment numbers = MemorySegment.ofArray(whole);
        numbers.set(ValueLayout.JAVA_INT_UNALIGNED, 0, whole.length);
        numbers.set(ValueLayout.JAVA_INT_UNALIGNED, 4, opcode);
        return whole;
    }

    static Request decode(byte[] message) throws FuseProtocolException {
        MemorySegment segment = segment(message);
        return RequestDecoder.body(RequestDecoder.header(segment), segment);
    }

    static Request decode(int opcode, String body) throws FuseProtocolException {
        return decode(request(opcode, bytes(body)));
    }
}
