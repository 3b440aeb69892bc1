package dev.lamella.fuse;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * What kernel and file system may agree on in INIT. The number is the bit of {@code flags}, from 32 on of
 * {@code flags2}; names and meaning are those of {@code linux/fuse.h}.
 */
public enum Feature {
    /** Several reads of one file at a time. */
    ASYNC_READ(0),
    /** The file system truncates by itself when a file is opened with O_TRUNC. */
    ATOMIC_O_TRUNC(3),
    /** The file system answers lookups of {@code .} and {@code ..}, so that it can be exported by NFS. */
    EXPORT_SUPPORT(4),
    /** Writes of more than a page. Always wanted. */
    BIG_WRITES(5),
    /** The kernel leaves the umask to the file system. */
    DONT_MASK(6),
    /** The kernel drops cached pages of files whose size or time changed. */
    AUTO_INVAL_DATA(12),
    /** READDIRPLUS: entries with their attributes, so that they need not be looked up. */
    DO_READDIRPLUS(13),
    /** READDIRPLUS only where it seems to be of use, else READDIR. */
    READDIRPLUS_AUTO(14),
    /** Several direct reads and writes of one call at a time. */
    ASYNC_DIO(15),
    /**
     * The kernel collects writes; then it, not the file system, knows size and time of files. Not together with {@link
     * #PASSTHROUGH}.
     */
    WRITEBACK_CACHE(16),
    /** OPEN may be answered with ENOSYS: files need no opening. */
    NO_OPEN_SUPPORT(17),
    /** Several lookups in one directory at a time. */
    PARALLEL_DIROPS(18),
    /** The file system takes away set-user-ID bits and capabilities when a file changes. */
    HANDLE_KILLPRIV(19),
    /** Access control lists, as extended attributes, are checked by the kernel. */
    POSIX_ACL(20),
    /** A reader of an aborted connection is told ECONNABORTED, and ENODEV only after unmounting. */
    ABORT_ERROR(21),
    /** More than 32 pages in a request. Always wanted. */
    MAX_PAGES(22),
    /** What symbolic links say is cached. */
    CACHE_SYMLINKS(23),
    /** OPENDIR may be answered with ENOSYS. */
    NO_OPENDIR_SUPPORT(24),
    /** Cached pages are dropped only on request. */
    EXPLICIT_INVAL_DATA(25),
    /** As {@link #HANDLE_KILLPRIV}, when the request says so. */
    HANDLE_KILLPRIV_V2(28),
    /** SETXATTR in its longer form. Always wanted. */
    SETXATTR_EXT(29),
    /** There is a {@code flags2}. Always wanted. */
    INIT_EXT(30),
    /** Entries can be expired, which does not drop them as long as they are in use. */
    HAS_EXPIRE_ONLY(35),
    /** Files opened with FOPEN_DIRECT_IO may be mapped to memory and shared. */
    DIRECT_IO_ALLOW_MMAP(36),
    /** The kernel reads and writes a file on behalf of the file system, see {@link BackingFile}. Linux 6.9. */
    PASSTHROUGH(37),
    /** The file system cannot be exported by NFS. */
    NO_EXPORT_SUPPORT(38),
    /** Requests that were read and not answered can be asked for again, see {@link Notifier#resend}. Linux 6.9. */
    HAS_RESEND(39),
    /** Idmapped mounts; needs {@code default_permissions}. Linux 6.12. */
    ALLOW_IDMAP(40);

    private final long bit;

    Feature(int number) {
        this.bit = 1L << number;
    }

    long bit() {
        return bit;
    }

    static long bits(Collection<Feature> features) {
        return features.stream().mapToLong(Feature::bit).reduce(0, (a, b) -> a | b);
    }

    static Set<Feature> of(long bits) {
        var features = EnumSet.noneOf(Feature.class);
        for (Feature feature : values()) {
            if ((bits & feature.bit) != 0) {
                features.add(feature);
            }
        }
        return features;
    }
}
