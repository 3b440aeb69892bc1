package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.EntryListener;
import dev.lamella.tar.LayerReader;
import dev.lamella.tar.LayerTree;
import dev.lamella.tar.TarFormatException;
import dev.lamella.tar.TarLimitException;
import dev.lamella.toc.TocException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The building of one layer, in the thread that calls {@link #run}.
 *
 * @param source what is promised of the blob
 * @param directory where the files go
 * @param limits how large the layer may become
 * @param listener hears how far it is
 * @param indexWriter writes the index
 */
record LayerBuild(
        LayerSource source, Path directory, LayerLimits limits, BuildListener listener, IndexWriter indexWriter) {

    private static final String LEAVES = "leaves.tmp";
    private static final String STORED = "stored.tmp";
    private static final List<String> LEFT_BY_FAILURE =
            List.of(Volume.DATA, Volume.INDEX, Volume.VERITY, STORED, TocFile.FILE, LoggedEntries.FILE);

    /** Where what passes goes. */
    private record Sinks(FileSink data, FileSink leaves, StoredBytes stored) {}

    VolumeDescriptor run(InputStream blob, Instant created) throws IOException {
        boolean complete = false;
        try (TocCheck toc = TocCheck.of(source, directory, limits.toc());
                BlobPipeline pipeline = new BlobPipeline(blob, source, limits, toc.blob());
                FileSink data = new FileSink(directory.resolve(Volume.DATA));
                FileSink leaves = new FileSink(directory.resolve(LEAVES));
                StoredBytes stored = new StoredBytes(directory.resolve(STORED))) {
            VolumeDescriptor descriptor = build(pipeline, toc, new Sinks(data, leaves, stored), created);
            complete = true;
            return descriptor;
        } catch (ClosedByInterruptException _) {
            throw new InterruptedIOException("interrupted while a layer was written");
        } finally {
            Files.deleteIfExists(directory.resolve(LEAVES));
            if (!complete) {
                for (String name : LEFT_BY_FAILURE) {
                    Files.deleteIfExists(directory.resolve(name));
                }
            }
        }
    }

    private VolumeDescriptor build(BlobPipeline pipeline, TocCheck toc, Sinks sinks, Instant created)
            throws IOException {
        FileSink data = sinks.data;
        var merkle = new MerkleTreeBuilder(sinks.leaves);
        var stream = new DataStream(pipeline, data, merkle, limits, listener);
        LayerTree tree = readTree(stream, sinks.stored, toc.entries());
        Digest diffId = stream.digest();
        if (!diffId.equals(source.diffId())) {
            throw new DiffIdMismatchException(source.blobDigest(), source.diffId(), diffId);
        }
        Optional<Digest> tocDigest = toc.finish(pipeline, data);
        MerkleTreeBuilder.Finished finished = merkle.finish();
        try (FileSink verity = new FileSink(directory.resolve(Volume.VERITY))) {
            verity.write(finished.upperLevels().toByteArray());
            verity.append(sinks.leaves);
            verity.sync();
        }
        VolumeDescriptor.Index index = writeIndex(tree, data.written(), sinks.stored);
        data.sync();
        DurableFiles.syncDirectory(directory);
        return new VolumeDescriptor(
                diffId,
                new VolumeDescriptor.Data(data.written(), finished.digest()),
                index,
                new VolumeDescriptor.Blob(
                        source.blobDigest(), source.blobSizeBytes(), pipeline.compression(), tocDigest),
                TreeCounts.of(tree.root()),
                created,
                Creator.NAME);
    }

    private LayerTree readTree(DataStream stream, StoredBytes stored, EntryListener entries) throws IOException {
        try {
            LayerTree tree = LayerReader.read(stream, stored, limits.tar(), entries);
            drain(stream);
            return tree;
        } catch (TarLimitException e) {
            throw e;
        } catch (TarFormatException | TocException e) {
            // A bad tar may be a blob that was damaged on the way: the digest tells, once all of it has been seen.
            try {
                drain(stream);
            } catch (BlobDigestMismatchException | BlobSizeMismatchException likelier) {
                likelier.addSuppressed(e);
                throw likelier;
            } catch (IOException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    private static void drain(InputStream stream) throws IOException {
        byte[] ignored = new byte[64 * 1024];
        while (stream.read(ignored, 0, ignored.length) >= 0) {
            // only its side effects count
        }
    }

    private VolumeDescriptor.Index writeIndex(LayerTree tree, long dataSizeBytes, StoredBytes stored)
            throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileSink file = new FileSink(directory.resolve(Volume.INDEX))) {
            var index = new IndexStream(file, limits.indexSizeBytesMax());
            indexWriter.write(tree.root(), dataSizeBytes, stored.map(arena), index);
            file.sync();
            return index.finish();
        }
    }
}
