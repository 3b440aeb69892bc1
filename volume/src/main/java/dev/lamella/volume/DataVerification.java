package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.tar.EntryListener;
import dev.lamella.tar.LayerReader;
import dev.lamella.tar.LayerTree;
import dev.lamella.tar.TarFormatException;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One full reading of a volume's data: its SHA-256, its Merkle tree, and the index it gives. */
record DataVerification(Volume volume, LayerLimits limits, IndexWriter indexWriter, List<Finding> findings) {

    private static final int BUFFER_BYTES = 512 * 1024;

    void run(boolean treeThere, boolean indexThere) throws IOException {
        boolean treeSound = treeThere && verifyTree();
        Path scratch = Files.createTempDirectory("lamella-verify-");
        Optional<TocClaim.Estargz> toc = tocInData();
        try (StoredBytes stored = new StoredBytes(scratch.resolve("stored"));
                LoggedEntries entries = new LoggedEntries(scratch)) {
            EntryListener listener = toc.isPresent() ? entries.log() : EntryListener.NONE;
            Optional<LayerTree> tree = readData(treeSound, stored, listener);
            if (tree.isPresent() && toc.isPresent()) {
                verifyToc(toc.get(), entries);
            }
            if (tree.isPresent() && indexThere) {
                compareIndex(tree.get(), stored);
            } else if (indexThere) {
                VolumeVerifier.checkIndexHash(volume, findings);
            }
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    /** The TOC of eStargz is a file of the tar; that of zstd:chunked lay beside the tar, in the blob, and is not kept. */
    private Optional<TocClaim.Estargz> tocInData() {
        VolumeDescriptor.Blob blob = volume.descriptor().blob();
        return blob.compression() == Compression.GZIP ? blob.tocDigest().map(TocClaim.Estargz::new) : Optional.empty();
    }

    private void verifyToc(TocClaim.Estargz claim, LoggedEntries entries) throws IOException {
        try (FileChannel data = FileChannel.open(volume.data(), StandardOpenOption.READ)) {
            EstargzCheck.requireEqual(claim, data, entries, limits.toc());
        } catch (TocException e) {
            findings.add(new Finding(volume.data(), -1, String.valueOf(e.getMessage())));
        }
    }

    private boolean verifyTree() throws IOException {
        try (MerkleTree tree =
                MerkleTree.open(volume.verity(), volume.descriptor().data())) {
            tree.verifyTree();
            return true;
        } catch (CorruptVolumeException e) {
            findings.add(Finding.of(e));
            return false;
        }
    }

    /** Returns the layer's tree if the data is what the descriptor says. */
    private Optional<LayerTree> readData(boolean treeSound, StoredBytes stored, EntryListener entries)
            throws IOException {
        long leafOffset = FsVerity.treeSizeBytes(volume.descriptor().dataSizeBytes())
                - FsVerity.levelBlocks(volume.descriptor().dataSizeBytes()).stream()
                        .findFirst()
                        .map(blocks -> blocks * FsVerity.BLOCK_BYTES)
                        .orElse(0L);
        try (InputStream file = Files.newInputStream(volume.data());
                LeafComparison leaves =
                        treeSound ? new LeafComparison(volume.verity(), leafOffset) : new LeafComparison()) {
            var data = new HashedInput(file, new MerkleTreeBuilder(leaves));
            Optional<LayerTree> tree = Optional.empty();
            String tarError = "";
            try {
                tree = Optional.of(LayerReader.read(data, stored, limits.tar(), entries));
            } catch (TarFormatException | TocException e) {
                tarError = String.valueOf(e.getMessage());
            }
            data.drain();
            return judge(data, leaves, tree, tarError);
        }
    }

    private Optional<LayerTree> judge(
            HashedInput data, LeafComparison leaves, Optional<LayerTree> tree, String tarError) throws IOException {
        Digest actual = Digest.ofSha256(data.sha256.digest());
        Digest fsVerity = data.merkle.finish().digest();
        VolumeDescriptor descriptor = volume.descriptor();
        boolean sound = actual.equals(descriptor.diffId())
                && fsVerity.equals(descriptor.data().fsVerity());
        if (!sound) {
            boolean oneBlock = descriptor.dataSizeBytes() <= FsVerity.BLOCK_BYTES;
            long offset = oneBlock ? 0 : leaves.firstBadBlock < 0 ? -1 : leaves.firstBadBlock * FsVerity.BLOCK_BYTES;
            String blocks = leaves.badBlocks > 0 ? "; %d damaged blocks of 4096 bytes".formatted(leaves.badBlocks) : "";
            findings.add(new Finding(
                    volume.data(),
                    offset,
                    "its SHA-256 is %s, its DiffID %s%s"
                            .formatted(actual.hex(), descriptor.diffId().hex(), blocks)));
            return Optional.empty();
        }
        if (tree.isEmpty()) {
            findings.add(new Finding(volume.data(), -1, "the tar, though genuine, cannot be read: " + tarError));
        }
        return tree;
    }

    private void compareIndex(LayerTree tree, StoredBytes stored) throws IOException {
        try (Arena arena = Arena.ofConfined();
                InputStream present = new BufferedInputStream(Files.newInputStream(volume.index()), BUFFER_BYTES)) {
            var comparison = new StreamComparison(present);
            indexWriter.write(tree.root(), volume.descriptor().dataSizeBytes(), stored.map(arena), comparison);
            long difference = comparison.finish();
            if (difference < 0) {
                VolumeVerifier.checkIndexHash(volume, findings);
                return;
            }
            boolean signed =
                    FileHash.sha256(volume.index()).equals(volume.descriptor().indexSha256());
            String problem = signed
                    ? "not the index that %s derives from the data, though signed (made by %s)"
                            .formatted(Creator.NAME, volume.descriptor().creator())
                    : "differs from the index that belongs to the data";
            findings.add(new Finding(volume.index(), difference, problem));
        }
    }

    /** Hashes what is read. */
    private static final class HashedInput extends InputStream {
        private final InputStream in;
        private final MerkleTreeBuilder merkle;
        private final MessageDigest sha256 = Digest.sha256();

        HashedInput(InputStream in, MerkleTreeBuilder merkle) {
            this.in = in;
            this.merkle = merkle;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count > 0) {
                sha256.update(target, offset, count);
                merkle.update(target, offset, count);
            }
            return count;
        }

        void drain() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (read(buffer, 0, buffer.length) >= 0) {
                // only its side effects count
            }
        }
    }

    /** Compares the leaf level, as it is computed, with that of the file. */
    private static final class LeafComparison extends OutputStream {
        private final InputStream present;
        private final boolean compares;
        private long block;
        private long firstBadBlock = -1;
        private long badBlocks;

        LeafComparison() {
            this.present = InputStream.nullInputStream();
            this.compares = false;
        }

        LeafComparison(Path verity, long leafOffset) throws IOException {
            this.present = new BufferedInputStream(Files.newInputStream(verity), BUFFER_BYTES);
            this.compares = true;
            present.skipNBytes(leafOffset);
        }

        @Override
        public void write(int value) {
            throw new UnsupportedOperationException("the builder writes whole blocks");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!compares) {
                return;
            }
            byte[] expected = present.readNBytes(length);
            for (int at = 0; at < length; at += FsVerity.HASH_BYTES, block++) {
                int end = at + FsVerity.HASH_BYTES;
                if (end > expected.length || !Arrays.equals(bytes, offset + at, offset + end, expected, at, end)) {
                    badBlocks++;
                    firstBadBlock = firstBadBlock < 0 ? block : firstBadBlock;
                }
            }
        }

        @Override
        public void close() throws IOException {
            present.close();
        }
    }

    /** Compares what is written with what is there. */
    private static final class StreamComparison extends OutputStream {
        private final InputStream present;
        private long position;
        private long firstDifference = -1;

        StreamComparison(InputStream present) {
            this.present = present;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (firstDifference < 0) {
                byte[] expected = present.readNBytes(length);
                int at = Arrays.mismatch(bytes, offset, offset + length, expected, 0, expected.length);
                firstDifference = at < 0 ? -1 : position + at;
            }
            position += length;
        }

        /** Returns the offset of the first difference, or -1 if there is none. */
        long finish() throws IOException {
            return firstDifference < 0 && present.read() >= 0 ? position : firstDifference;
        }
    }
}
