package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks published volumes. Immutable and safe to share. The procedure is specified in {@code
 * docs/formats/volume.md}.
 */
public final class VolumeVerifier {

    /** How much is read. */
    public enum Depth {
        /** Signature, sizes and the index's SHA-256: what a node checks before it mounts. */
        QUICK,
        /** Every byte: also the data's SHA-256 and Merkle tree, and that the index is the one the data gives. */
        FULL
    }

    private static final Set<String> NAMES =
            Set.of(Volume.DATA, Volume.INDEX, Volume.VERITY, Volume.DESCRIPTOR, Volume.SIGNATURE);

    private final TrustedKeys trusted;
    private final LayerLimits limits;
    private final IndexWriter indexWriter;

    /**
     * Makes a verifier.
     *
     * @param trusted whose signatures count
     * @param limits how large a layer may be
     */
    public VolumeVerifier(TrustedKeys trusted, LayerLimits limits) {
        this(trusted, limits, LayerBuilder.EROFS);
    }

    VolumeVerifier(TrustedKeys trusted, LayerLimits limits, IndexWriter indexWriter) {
        this.trusted = trusted;
        this.limits = limits;
        this.indexWriter = indexWriter;
    }

    /**
     * Checks the volume in a directory.
     *
     * @param directory where its files lie
     * @param diffId the DiffID it must have, from the image's config
     * @return what is wrong, most telling first; empty for a sound volume
     * @throws IOException if a file cannot be read for other reasons than what is in it
     */
    public List<Finding> verify(Path directory, Digest diffId, Depth depth) throws IOException {
        var findings = new ArrayList<Finding>();
        Optional<VolumeDescriptor> descriptor = readDescriptor(directory, findings);
        if (descriptor.isEmpty()) {
            return findings; // nothing else can be trusted
        }
        Volume volume = Volume.in(directory, descriptor.get());
        if (!descriptor.get().diffId().equals(diffId)) {
            findings.add(new Finding(
                    directory.resolve(Volume.DESCRIPTOR),
                    -1,
                    "the volume's DiffID is %s, expected %s"
                            .formatted(descriptor.get().diffId(), diffId)));
        }
        lookForStrangers(directory, findings);
        boolean indexThere = checkSize(volume.index(), descriptor.get().indexSizeBytes(), findings);
        boolean dataThere = checkSize(volume.data(), descriptor.get().dataSizeBytes(), findings);
        long treeSizeBytes = FsVerity.treeSizeBytes(descriptor.get().dataSizeBytes());
        boolean treeThere = checkSize(volume.verity(), treeSizeBytes, findings);
        if (depth == Depth.FULL && dataThere) {
            new DataVerification(volume, limits, indexWriter, findings).run(treeThere, indexThere);
        } else if (indexThere) {
            checkIndexHash(volume, findings);
        }
        return findings;
    }

    /**
     * Checks the SHA-256 of an index against the descriptor.
     *
     * @param index where it was read, to be named in the error
     * @param actual what its bytes gave
     * @throws CorruptVolumeException if it is not the one described
     */
    public static void requireIndex(Path index, Digest actual, VolumeDescriptor descriptor)
            throws CorruptVolumeException {
        if (!actual.equals(descriptor.indexSha256())) {
            throw new CorruptVolumeException(
                    index,
                    -1,
                    "its SHA-256 is %s, expected %s"
                            .formatted(actual.hex(), descriptor.indexSha256().hex()));
        }
    }

    private Optional<VolumeDescriptor> readDescriptor(Path directory, List<Finding> findings) throws IOException {
        Path file = directory.resolve(Volume.DESCRIPTOR);
        try {
            return Optional.of(SignedDescriptor.read(directory, trusted));
        } catch (VolumeException e) {
            findings.add(new Finding(file, -1, String.valueOf(e.getMessage())));
        } catch (NoSuchFileException _) {
            findings.add(new Finding(file, -1, "missing: this is not a volume"));
        }
        return Optional.empty();
    }

    private static void lookForStrangers(Path directory, List<Finding> findings) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!NAMES.contains(String.valueOf(entry.getFileName()))) {
                    findings.add(new Finding(entry, -1, "does not belong into a volume"));
                }
            }
        }
    }

    private static boolean checkSize(Path file, long sizeBytes, List<Finding> findings) throws IOException {
        try {
            long actual = Files.size(file);
            if (actual == sizeBytes) {
                return true;
            }
            findings.add(new Finding(
                    file, Math.min(actual, sizeBytes), "%d bytes, expected %d".formatted(actual, sizeBytes)));
        } catch (NoSuchFileException _) {
            findings.add(new Finding(file, -1, "missing"));
        }
        return false;
    }

    static void checkIndexHash(Volume volume, List<Finding> findings) throws IOException {
        try {
            requireIndex(volume.index(), FileHash.sha256(volume.index()), volume.descriptor());
        } catch (CorruptVolumeException e) {
            findings.add(Finding.of(e));
        }
    }
}
