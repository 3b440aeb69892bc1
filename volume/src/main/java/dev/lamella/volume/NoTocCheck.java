package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.EntryListener;
import java.util.Optional;

/** A layer without a table of contents, as most are. */
record NoTocCheck() implements TocCheck {

    @Override
    public BlobTap blob() {
        return BlobTap.NONE;
    }

    @Override
    public EntryListener entries() {
        return EntryListener.NONE;
    }

    @Override
    public Optional<Digest> finish(BlobPipeline blob, FileSink data) {
        return Optional.empty();
    }

    @Override
    public void close() {
        // There is nothing.
    }
}
