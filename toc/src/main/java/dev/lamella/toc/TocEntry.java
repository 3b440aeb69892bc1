package dev.lamella.toc;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Timestamp;
import dev.lamella.tar.TarEntry;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a TOC and a tar both say of an entry, in the TOC's terms. What means nothing for its type is left at 0 or empty.
 *
 * @param name the name as it is written; bytes that are no UTF-8 are U+FFFD
 * @param type what it is
 * @param link the target of a link
 * @param permissions the lower twelve bits of the mode
 * @param uid owner
 * @param gid group
 * @param mtime time of the last change
 * @param device device number, {@code MAJOR:MINOR}
 * @param sizeBytes size of a regular file
 * @param content the SHA-256 of a regular file's content, if it has any and it is known
 * @param xattrs extended attributes
 */
record TocEntry(
        String name,
        Type type,
        String link,
        int permissions,
        long uid,
        long gid,
        Timestamp mtime,
        String device,
        long sizeBytes,
        Optional<Digest> content,
        Map<String, ByteString> xattrs) {

    static final int PERMISSIONS_MASK = 07777;

    /** The types of a TOC's entries, with the type flag each has in a tar. */
    enum Type {
        REG('0'),
        HARDLINK('1'),
        SYMLINK('2'),
        CHAR('3'),
        BLOCK('4'),
        DIR('5'),
        FIFO('6');

        private final char flag;

        Type(char flag) {
            this.flag = flag;
        }

        char flag() {
            return flag;
        }

        boolean isLink() {
            return this == HARDLINK || this == SYMLINK;
        }

        boolean isDevice() {
            return this == CHAR || this == BLOCK;
        }

        static Optional<Type> of(char flag) {
            for (Type type : values()) {
                if (type.flag == flag) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    TocEntry {
        xattrs = Map.copyOf(xattrs);
    }

    /** Returns what a tar says of an entry. */
    static TocEntry of(TarEntry entry) throws TocException {
        String name = GoText.decode(entry.name());
        String where = "tar entry \"%s\" at byte %d".formatted(TocException.shown(name), entry.headerOffset());
        Type type = Type.of(entry.type())
                .orElseThrow(() -> new TocException(where, "of type '%c', which no TOC has".formatted(entry.type())));
        if (type == Type.REG && entry.content().isEmpty()) {
            throw new TocException(where, "a sparse file, which a layer with a TOC must not have");
        }
        boolean full = type == Type.REG && entry.sizeBytes() > 0;
        var xattrs = new TreeMap<String, ByteString>();
        entry.metadata().xattrs().forEach((key, value) -> xattrs.put(GoText.decode(key), value));
        return new TocEntry(
                name,
                type,
                type.isLink() ? GoText.decode(entry.link()) : "",
                entry.metadata().permissions(),
                entry.metadata().uid(),
                entry.metadata().gid(),
                entry.metadata().mtime(),
                type.isDevice() ? entry.deviceMajor() + ":" + entry.deviceMinor() : "",
                entry.sizeBytes(),
                full ? entry.content() : Optional.empty(),
                xattrs);
    }
}
