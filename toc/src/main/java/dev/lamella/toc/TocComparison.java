package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Timestamp;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds a TOC against the entries of the tar. */
public final class TocComparison {

    private static final Digest EMPTY = Digest.sha256Of(new byte[0]);
    private static final int HALF_SECOND_NANOS = 500_000_000;

    private final boolean estargz;
    private final Optional<TarContent> content;
    private String where = "";

    /**
     * Makes a comparison, to be used once.
     *
     * @param claim of which format the TOC is
     * @param content the tar, if digests of parts of files are to be compared too: lazy readers of eStargz go by
     *     these, while for those of
     *     zstd:chunked the digest of the whole file decides
     */
    public TocComparison(TocClaim claim, Optional<TarContent> content) {
        this.estargz = claim instanceof TocClaim.Estargz;
        this.content = content;
    }

    /**
     * Reads a TOC to its end and requires that it says what the tar says.
     *
     * @param toc the TOC
     * @param log what an {@link EntryLog} has written, buffered
     * @param entries the number of entries in the log
     * @throws TocException naming the first entry in which they differ, or what is malformed
     */
    public void requireEqual(TocReader toc, InputStream log, long entries) throws IOException {
        var tar = new DataInputStream(log);
        for (long number = 1; number <= entries; number++) {
            EntryLog.Logged logged = EntryLog.read(tar);
            TocEntry said = toc.next(partsOf(logged));
            if (said == null) {
                throw new TocException(
                        "entry %d of the TOC".formatted(number),
                        "missing; the tar has \"%s\" there"
                                .formatted(shown(logged.entry().name())));
            }
            where = place(number, said);
            requireEqual(said, logged.entry());
        }
        TocEntry more = toc.next();
        if (more != null) {
            throw new TocException(place(entries + 1, more), "the tar has only %d entries".formatted(entries));
        }
    }

    private static String place(long number, TocEntry said) {
        return "entry %d of the TOC, \"%s\"".formatted(number, shown(said.name()));
    }

    private PartListener partsOf(EntryLog.Logged logged) {
        if (content.isEmpty()) {
            return PartListener.NONE;
        }
        return (entry, part, digest) -> {
            if (part.fileSizeBytes() != logged.entry().sizeBytes()) {
                return; // another file, or another size, which is found out next
            }
            Digest actual = content.get().sha256(logged.bodyOffset() + part.offset(), part.sizeBytes());
            if (!actual.equals(digest)) {
                throw new TocException(
                        entry,
                        "digest %s of the %d bytes at %d of the file, but the tar has %s there"
                                .formatted(digest, part.sizeBytes(), part.offset(), actual));
            }
        };
    }

    private void requireEqual(TocEntry said, TocEntry tar) throws TocException {
        same("name", shown(said.name()), shown(tar.name()), said.name().equals(tar.name()));
        same("type", said.type(), tar.type());
        same("size", said.sizeBytes(), tar.sizeBytes());
        same("link target", shown(said.link()), shown(tar.link()), said.link().equals(tar.link()));
        same("mode", octal(said.permissions()), octal(tar.permissions()));
        same("uid", said.uid(), tar.uid());
        same("gid", said.gid(), tar.gid());
        same("device number", said.device(), tar.device());
        boolean rounded = estargz && said.mtime().equals(rounded(tar.mtime()));
        same("time", said.mtime(), tar.mtime(), rounded || said.mtime().equals(tar.mtime()));
        Set<String> saidNames = said.xattrs().keySet();
        Set<String> tarNames = tar.xattrs().keySet();
        same(
                "extended attributes",
                shown(saidNames.toString()),
                shown(tarNames.toString()),
                saidNames.equals(tarNames));
        for (String key : tarNames) {
            if (!Objects.equals(said.xattrs().get(key), tar.xattrs().get(key))) {
                throw new TocException(
                        where, "extended attribute %s with another value than the tar has".formatted(shown(key)));
            }
        }
        requireContent(said.content(), tar);
    }

    private void requireContent(Optional<Digest> said, TocEntry tar) throws TocException {
        if (tar.content().isEmpty()) {
            same("digest of no content", said.orElse(EMPTY), EMPTY);
        } else if (said.isEmpty()) {
            throw new TocException(where, "it says no digest of the content, so nothing says what the file holds");
        } else {
            same("digest of the content", said.get(), tar.content().get());
        }
    }

    private void same(String field, @Nullable Object said, @Nullable Object tar) throws TocException {
        same(field, said, tar, Objects.equals(said, tar));
    }

    private void same(String field, @Nullable Object said, @Nullable Object tar, boolean equal) throws TocException {
        if (!equal) {
            throw new TocException(where, "%s %s, but the tar has %s".formatted(field, said, tar));
        }
    }

    /** eStargz writers round half seconds up. */
    private static Timestamp rounded(Timestamp time) {
        return new Timestamp(time.seconds() + (time.nanos() >= HALF_SECOND_NANOS ? 1 : 0), 0);
    }

    private static String octal(int permissions) {
        return "%04o".formatted(permissions);
    }

    private static String shown(String text) {
        return TocException.shown(text);
    }
}
