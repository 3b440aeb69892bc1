package dev.lamella.node;

import dev.lamella.erofs.LayerDirectoryImage;
import dev.lamella.filetree.Digest;
import dev.lamella.volume.FileHash;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeVerifier;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/**
 * The local images of layers, one for each chain ID: what the kernel mounts.
 *
 * <p>Each is made from the volume's index, which is copied to the local disk and compared with its signed descriptor before anything
 * in it is looked at. The image's own SHA-256 is kept beside it and compared before every mount: nothing is mounted that
 * was changed on disk meanwhile. That is why none of these files is synced: what a power cut leaves of them is found out, and made anew from
 * the volume.
 */
final class LayerImages {

    private static final int BUFFER_BYTES = 1 << 18;

    private final Path directory;
    private final LayerDirectory shape;

    LayerImages(Path directory, LayerDirectory shape) {
        this.directory = directory;
        this.shape = shape;
    }

    /** Returns the image's file. */
    Path file(String id) {
        return directory.resolve(id + ".erofs");
    }

    private Path hashFile(String id) {
        return directory.resolve(id + ".sha256");
    }

    /**
     * Makes a layer's image anew.
     *
     * @return the owners of the layer's files
     */
    LayerDirectoryImage.Owners make(String id, Volume volume, List<String> parents) throws IOException {
        NodeFiles.makeDirectories(directory);
        Path copy = directory.resolve(id + ".index");
        try {
            copyIndex(volume, copy);
            try (FileChannel channel = FileChannel.open(copy);
                    Arena arena = Arena.ofShared()) {
                MemorySegment index = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return writeImage(
                        id, index, shape.beside(id, volume.descriptor().diffId(), parents));
            }
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Copies a volume's index to the local disk, if it is the one that was signed. */
    private static void copyIndex(Volume volume, Path copy) throws IOException {
        MessageDigest hash = Digest.sha256();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(copy), hash)) {
            Files.copy(volume.index(), out);
        }
        VolumeVerifier.requireIndex(volume.index(), Digest.ofSha256(hash.digest()), volume.descriptor());
    }

    private LayerDirectoryImage.Owners writeImage(String id, MemorySegment index, LayerDirectoryImage.Beside beside)
            throws IOException {
        Path temporary = NodeFiles.temporary(file(id));
        MessageDigest hash = Digest.sha256();
        LayerDirectoryImage.Owners owners;
        try (OutputStream out = new BufferedOutputStream(
                new DigestOutputStream(Files.newOutputStream(temporary), hash), BUFFER_BYTES)) {
            owners = LayerDirectoryImage.write(index, beside, out);
        }
        // The hash goes first: an image without one, or with an older one, is made anew.
        NodeFiles.updateUnsynced(
                hashFile(id), Digest.ofSha256(hash.digest()).toString().getBytes(StandardCharsets.US_ASCII));
        NodeFiles.rename(temporary, file(id));
        return owners;
    }

    /**
     * Checks that an image is what it was when it was made.
     *
     * @throws NoSuchFileException if there is none
     * @throws DamagedLayerImageException if it was changed
     */
    void check(String id) throws IOException {
        String expected = Files.readString(hashFile(id), StandardCharsets.ISO_8859_1);
        String actual = FileHash.sha256(file(id)).toString();
        if (!actual.equals(expected)) {
            throw new DamagedLayerImageException(file(id), expected, actual);
        }
    }

    void remove(String id) throws IOException {
        Files.deleteIfExists(file(id));
        Files.deleteIfExists(hashFile(id));
    }
}
