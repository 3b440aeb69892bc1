package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Xattrs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes extended attributes from PAX records {@code SCHILY.xattr.NAME}. Attributes that the kernel would not take from
 * containers/storage, and {@code security.selinux}, which it leaves out, are left out here too.
 */
final class XattrReader {

    private static final ByteString RECORD_PREFIX = ByteString.utf8("SCHILY.xattr.");
    private static final ByteString SELINUX = ByteString.utf8("security.selinux");
    private static final ByteString ACL = ByteString.utf8("system.posix_acl_access");
    private static final ByteString DEFAULT_ACL = ByteString.utf8("system.posix_acl_default");
    private static final ByteString USER = ByteString.utf8("user.");
    private static final List<ByteString> NAMESPACES =
            List.of(USER, ByteString.utf8("trusted."), ByteString.utf8("security."));
    private static final int NAME_BYTES_MAX = 255;

    private final TarLimits limits;

    XattrReader(TarLimits limits) {
        this.limits = limits;
    }

    /** Returns all attributes of a header, those that are left out of the layer too. */
    static Xattrs all(PaxRecords pax) {
        Map<ByteString, ByteString> found = new HashMap<>();
        pax.values().forEach((key, value) -> {
            if (key.startsWith(RECORD_PREFIX)) {
                found.put(key.substring(RECORD_PREFIX.length()), value);
            }
        });
        return found.isEmpty() ? Xattrs.NONE : Xattrs.of(found);
    }

    Xattrs read(PaxRecords pax, EntryPosition where) throws TarFormatException {
        Map<ByteString, ByteString> found = new HashMap<>();
        for (Map.Entry<ByteString, ByteString> record : pax.values().entrySet()) {
            if (record.getKey().startsWith(RECORD_PREFIX)) {
                ByteString name = record.getKey().substring(RECORD_PREFIX.length());
                check(name, record.getValue(), where);
                if (isKept(name)) {
                    found.put(name, record.getValue());
                }
            }
        }
        return checked(Xattrs.of(found), where);
    }

    /** Returns the first attributes with the second ones added or in their place. */
    Xattrs merge(Xattrs first, Xattrs second, EntryPosition where) throws TarFormatException {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        Map<ByteString, ByteString> merged = new HashMap<>(first.asMap());
        merged.putAll(second.asMap());
        return checked(Xattrs.of(merged), where);
    }

    private void check(ByteString name, ByteString value, EntryPosition where) throws TarFormatException {
        if (name.isEmpty() || NAMESPACES.contains(name)) {
            throw where.malformed("extended attribute without a name: \"" + name + "\"");
        }
        if (name.length() > NAME_BYTES_MAX) {
            throw where.malformed("name of an extended attribute of %d bytes; Linux has at most %d"
                    .formatted(name.length(), NAME_BYTES_MAX));
        }
        where.check("xattrBytesMax", value.length(), limits.xattrBytesMax());
    }

    private Xattrs checked(Xattrs xattrs, EntryPosition where) throws TarLimitException {
        where.check("nodeXattrBytesMax", sizeBytes(xattrs), limits.nodeXattrBytesMax());
        return xattrs;
    }

    static long sizeBytes(Xattrs xattrs) {
        long bytes = 0;
        for (Map.Entry<ByteString, ByteString> entry : xattrs.asMap().entrySet()) {
            bytes += entry.getKey().length() + entry.getValue().length();
        }
        return bytes;
    }

    private static boolean isKept(ByteString name) {
        boolean acl = name.equals(ACL) || name.equals(DEFAULT_ACL);
        return acl || (!name.equals(SELINUX) && NAMESPACES.stream().anyMatch(name::startsWith));
    }

    /**
     * Returns the attributes without those that Linux does not let a file of this type have. An index with them would
     * list what cannot be read, and overlayfs could not copy the file up.
     *
     * @param type the type flag of an entry that is no hard link
     */
    static Xattrs allowedOn(char type, Xattrs xattrs) {
        var allowed = new HashMap<ByteString, ByteString>();
        xattrs.forEach((name, value) -> {
            if (isAllowedOn(type, name)) {
                allowed.put(name, value);
            }
        });
        return allowed.size() == xattrs.size() ? xattrs : Xattrs.of(allowed);
    }

    private static boolean isAllowedOn(char type, ByteString name) {
        if (name.equals(DEFAULT_ACL)) {
            return type == '5';
        }
        if (name.equals(ACL)) {
            return type != '2';
        }
        return type == '0' || type == '5' || !name.startsWith(USER);
    }
}
