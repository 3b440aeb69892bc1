package dev.lamella.oci;

import java.net.InetAddress;
import java.util.Optional;

/** A range of IP addresses, {@code ADDRESS/BITS}. */
final class AddressRange {

    private final byte[] address;
    private final int bits;

    private AddressRange(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        try {
            byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > address.length * 8
                    ? Optional.empty()
                    : Optional.of(new AddressRange(address, bits));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Returns whether a host is an address in this range; names are not looked up. */
    boolean contains(String host) {
        byte[] other;
        try {
            other = InetAddress.ofLiteral(host).getAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
        if (other.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
