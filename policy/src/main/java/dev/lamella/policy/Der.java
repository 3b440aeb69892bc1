package dev.lamella.policy;

import java.io.ByteArrayOutputStream;

/** The one structure of ASN.1 that has to be written here. */
final class Der {

    /** The algorithm "RSA": a sequence of its object identifier and null. */
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 0x03;

    private Der() {}

    /** Puts an RSA key of PKCS #1 into the structure in which keys of all kinds are kept (RFC 5280, SubjectPublicKeyInfo). */
    static byte[] rsaPublicKey(byte[] pkcs1) {
        var bits = new ByteArrayOutputStream();
        bits.write(0);
        bits.writeBytes(pkcs1);
        var content = new ByteArrayOutputStream();
        content.writeBytes(RSA);
        content.writeBytes(tagged(BIT_STRING, bits.toByteArray()));
        return tagged(SEQUENCE, content.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int left = bytes - 1; left >= 0; left--) {
                out.write(content.length >> (8 * left));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
