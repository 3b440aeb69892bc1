package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Xattrs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The extended attributes of an image: attributes that repeat are stored once, in an area of their own, and inodes refer to them
 * by 4-byte numbers; all others lie behind their inode.
 */
final class XattrTable {

    static final int HEADER_BYTES = 12;
    static final int SHARED_ID_BYTES = 4;
    static final int ENTRY_HEADER_BYTES = 4;
    static final int NAME_BYTES_MAX = 255;
    static final int VALUE_BYTES_MAX = 0xffff;
    /** An inode counts its attribute area in units of 4 bytes, from one for the header alone, with 16 bits. */
    static final int AREA_BYTES_MAX = HEADER_BYTES + (0xffff - 1) * 4;

    /** Rarer attributes stay with their inodes: reading another block costs more than the few bytes. */
    private static final int SHARED_USES_MIN = 3;

    private static final int SHARED_PER_INODE_MAX = 255;

    private final Map<Attribute, Use> uses = new LinkedHashMap<>();
    private long sharedBytes;

    private record Attribute(ByteString name, ByteString value) {
        int sizeBytes() {
            int prefix = XattrNamespace.of(name).orElseThrow().prefix.length();
            return (int) Block.align(ENTRY_HEADER_BYTES + name.length() - prefix + value.length(), 4);
        }
    }

    private static final class Use {
        private static final long NOT_SHARED = -1;
        private int count;
        private long sharedOffset = NOT_SHARED;

        boolean isShared() {
            return sharedOffset != NOT_SHARED;
        }
    }

    /** Counts an inode's attributes; returns what keeps one from being stored. */
    Optional<String> add(Xattrs xattrs) {
        for (Map.Entry<ByteString, ByteString> xattr : xattrs.asMap().entrySet()) {
            ByteString name = xattr.getKey();
            ByteString value = xattr.getValue();
            if (XattrNamespace.of(name).isEmpty()) {
                return Optional.of(
                        "extended attribute \"%s\": only user.*, trusted.*, security.*, lustre.* and POSIX ACLs can be stored"
                                .formatted(name));
            }
            if (name.length() > NAME_BYTES_MAX) {
                return Optional.of("extended attribute \"%s\": the name has %d bytes, at most %d can be stored"
                        .formatted(name, name.length(), NAME_BYTES_MAX));
            }
            if (value.length() > VALUE_BYTES_MAX) {
                return Optional.of("extended attribute \"%s\": the value has %d bytes, at most %d can be stored"
                        .formatted(name, value.length(), VALUE_BYTES_MAX));
            }
            uses.computeIfAbsent(new Attribute(name, value), _ -> new Use()).count++;
        }
        return Optional.empty();
    }

    /** Decides which attributes are shared, once all are counted. Does so only if it saves more than the area's own block. */
    void share() {
        long savedBytes = 0;
        for (Map.Entry<Attribute, Use> entry : uses.entrySet()) {
            if (entry.getValue().count >= SHARED_USES_MIN) {
                int size = entry.getKey().sizeBytes();
                savedBytes += (long) entry.getValue().count * (size - SHARED_ID_BYTES) - size;
            }
        }
        if (savedBytes < Block.BYTES) {
            return;
        }
        for (Map.Entry<Attribute, Use> entry : uses.entrySet()) {
            if (entry.getValue().count >= SHARED_USES_MIN) {
                entry.getValue().sharedOffset = sharedBytes;
                sharedBytes += entry.getKey().sizeBytes();
            }
        }
    }

    /** Returns the size of the shared area. */
    long sharedBytes() {
        return sharedBytes;
    }

    void writeShared(ImageOutput out) throws IOException {
        for (Map.Entry<Attribute, Use> entry : uses.entrySet()) {
            if (entry.getValue().isShared()) {
                write(entry.getKey(), out);
            }
        }
    }

    /** Returns the size of an inode's attribute area: 0 without attributes. May be more than an inode can have. */
    long areaBytes(Xattrs xattrs) {
        if (xattrs.isEmpty()) {
            return 0;
        }
        long size = HEADER_BYTES;
        int shared = 0;
        for (Map.Entry<ByteString, ByteString> xattr : xattrs.asMap().entrySet()) {
            var attribute = new Attribute(xattr.getKey(), xattr.getValue());
            if (shared < SHARED_PER_INODE_MAX && use(attribute).isShared()) {
                shared++;
                size += SHARED_ID_BYTES;
            } else {
                size += attribute.sizeBytes();
            }
        }
        return size;
    }

    /** Writes an inode's attribute area. */
    void writeArea(Xattrs xattrs, ImageOutput out) throws IOException {
        if (xattrs.isEmpty()) {
            return;
        }
        var sharedIds = new ArrayList<Long>();
        var inline = new ArrayList<Attribute>();
        for (Map.Entry<ByteString, ByteString> xattr : xattrs.asMap().entrySet()) {
            var attribute = new Attribute(xattr.getKey(), xattr.getValue());
            Use use = use(attribute);
            if (sharedIds.size() < SHARED_PER_INODE_MAX && use.isShared()) {
                sharedIds.add(use.sharedOffset / SHARED_ID_BYTES);
            } else {
                inline.add(attribute);
            }
        }
        out.putInt(0);
        out.putByte(sharedIds.size());
        out.zeros(HEADER_BYTES - 5);
        for (long id : sharedIds) {
            out.putInt((int) id);
        }
        for (Attribute attribute : inline) {
            write(attribute, out);
        }
    }

    private Use use(Attribute attribute) {
        Use use = uses.get(attribute);
        if (use == null) {
            throw new IllegalStateException("attribute not counted: " + attribute.name());
        }
        return use;
    }

    private static void write(Attribute attribute, ImageOutput out) throws IOException {
        XattrNamespace namespace = XattrNamespace.of(attribute.name()).orElseThrow();
        ByteString suffix = attribute.name().substring(namespace.prefix.length());
        out.putByte(suffix.length());
        out.putByte(namespace.index);
        out.putShort(attribute.value().length());
        out.put(suffix);
        out.put(attribute.value());
        out.align(4);
    }
}
