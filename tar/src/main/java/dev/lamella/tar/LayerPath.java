package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import java.util.ArrayList;
import java.util.List;

/** A name in a tar as components below the layer's root, without empty ones and {@code .}; never with {@code ..}. */
record LayerPath(List<ByteString> components, boolean absolute) {

    private static final ByteString DOT = ByteString.utf8(".");
    private static final ByteString DOT_DOT = ByteString.utf8("..");

    static LayerPath parse(ByteString name, String what, EntryPosition where, TarLimits limits)
            throws TarFormatException {
        if (name.isEmpty()) {
            throw where.malformed(what + " is empty");
        }
        where.check("pathBytesMax", name.length(), limits.pathBytesMax());
        var components = new ArrayList<ByteString>();
        for (int at = 0; at < name.length(); ) {
            int slash = name.indexOf('/', at);
            int end = slash < 0 ? name.length() : slash;
            if (end > at) {
                add(components, name.substring(at, end), what, where, limits);
            }
            at = end + 1;
        }
        return new LayerPath(components, name.at(0) == '/');
    }

    private static void add(
            List<ByteString> components, ByteString component, String what, EntryPosition where, TarLimits limits)
            throws TarFormatException {
        if (component.equals(DOT)) {
            return;
        }
        if (component.equals(DOT_DOT)) {
            throw where.malformed(what + " has a component \"..\", which could leave the layer");
        }
        where.check("nameBytesMax", component.length(), limits.nameBytesMax());
        components.add(component);
        where.check("depthMax", components.size(), limits.depthMax());
    }

    boolean isRoot() {
        return components.isEmpty();
    }

    /** Returns the last component; not for the root. */
    ByteString name() {
        return components.getLast();
    }
}
