package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a table of contents says of a tar's entry.
 *
 * @param type the type flag
 * @param name the name
 * @param link the link target
 * @param mode the mode field
 * @param uid owner
 * @param gid group
 * @param headerSeconds the time in the header
 * @param deviceMajor device number
 * @param deviceMinor device number
 * @param body the content
 * @param pax the records of the PAX header
 */
record EntryFacts(
        char type,
        ByteString name,
        ByteString link,
        long mode,
        long uid,
        long gid,
        long headerSeconds,
        long deviceMajor,
        long deviceMinor,
        ByteString body,
        Map<String, ByteString> pax) {

    private static final String XATTR = "SCHILY.xattr.";

    /** Returns the content of a regular file, nothing of other types. */
    byte[] content() {
        return type == '0' ? body.toByteArray() : new byte[0];
    }

    /** Returns the number of bytes of the body with its padding. */
    int paddedBytes() {
        return body.length() + Math.floorMod(-body.length(), TarEntry.BLOCK_BYTES);
    }

    /** Returns the time as the PAX header has it, or else the header. */
    BigDecimal mtime() {
        ByteString text = pax.get("mtime");
        return text == null ? BigDecimal.valueOf(headerSeconds) : new BigDecimal(text.toString());
    }

    /** Returns the extended attributes in the PAX header. */
    Map<String, ByteString> xattrs() {
        var xattrs = new LinkedHashMap<String, ByteString>();
        pax.forEach((keyword, value) -> {
            if (keyword.startsWith(XATTR)) {
                xattrs.put(keyword.substring(XATTR.length()), value);
            }
        });
        return xattrs;
    }
}
