package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Xattrs;
import java.util.HashMap;
import java.util.Map;

/** File capabilities, the attribute that a change of owner takes away. */
final class Capabilities {

    private static final ByteString NAME = ByteString.utf8("security.capability");

    private Capabilities() {}

    static Xattrs without(Xattrs xattrs) {
        if (!xattrs.asMap().containsKey(NAME)) {
            return xattrs;
        }
        Map<ByteString, ByteString> left = new HashMap<>(xattrs.asMap());
        left.remove(NAME);
        return Xattrs.of(left);
    }
}
