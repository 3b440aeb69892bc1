package dev.lamella.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A volume's descriptor and its detached signature, as files in the volume's directory. */
public final class SignedDescriptor {

    private static final int SIGNATURE_FILE_BYTES_MAX = 1024;

    private SignedDescriptor() {}

    /**
     * Reads the descriptor in a directory and checks its signature.
     *
     * @throws NoSuchFileException if there is no descriptor, and so no volume
     * @throws MissingSignatureException if it is not signed
     * @throws UnknownKeyException if the key is not trusted
     * @throws BadSignatureException if it was changed
     * @throws MalformedDocumentException if it is signed but not right
     * @throws IOException if a file cannot be read
     */
    public static VolumeDescriptor read(Path directory, TrustedKeys trusted) throws IOException {
        Path file = directory.resolve(Volume.DESCRIPTOR);
        byte[] json = readAtMost(file, VolumeDescriptor.SIZE_BYTES_MAX);
        Path signatureFile = directory.resolve(Volume.SIGNATURE);
        byte[] signature;
        try {
            signature = readAtMost(signatureFile, SIGNATURE_FILE_BYTES_MAX);
        } catch (NoSuchFileException _) {
            throw new MissingSignatureException(file.toString());
        }
        trusted.verify(
                SignatureKind.VOLUME, json, Signature.parseFile(signature, signatureFile.toString()), file.toString());
        return VolumeDescriptor.parse(json, file.toString());
    }

    /** Writes signature and descriptor, in this order, as new read-only files; syncs both, not the directory. */
    public static void write(Path directory, VolumeDescriptor descriptor, SigningKey key) throws IOException {
        byte[] json = descriptor.toJson();
        DurableFiles.writeReadOnly(
                directory.resolve(Volume.SIGNATURE),
                key.sign(SignatureKind.VOLUME, json).toFile());
        DurableFiles.writeReadOnly(directory.resolve(Volume.DESCRIPTOR), json);
    }

    /** Reads a file, or one byte more than the maximum so that its parser refuses it. */
    private static byte[] readAtMost(Path file, int sizeBytesMax) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(sizeBytesMax + 1);
        }
    }
}
