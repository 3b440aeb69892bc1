package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/** Ed25519 keys in PEM files, as {@code openssl genpkey -algorithm ed25519} writes them too. */
final class KeyFiles {

    static final String ALGORITHM = "Ed25519";

    private static final String PUBLIC = "PUBLIC KEY";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final int FILE_BYTES_MAX = 16 * 1024;
    private static final int LINE_CHARACTERS = 64;

    private KeyFiles() {}

    static String idOf(PublicKey key) {
        return Digest.sha256Of(key.getEncoded()).hex();
    }

    static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    static PublicKey readPublic(Path file) throws IOException {
        byte[] der = readPem(file, PUBLIC);
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException _) {
            throw new KeyFileException(file, "not an Ed25519 public key");
        }
    }

    /** Reads a private key and computes its public half. */
    static KeyPair readPair(Path file) throws IOException {
        Set<java.nio.file.attribute.PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!PosixFilePermissions.fromString("rw-------").containsAll(permissions)) {
            throw new KeyFileException(
                    file,
                    "its mode is %s, but nobody else may read a private key: chmod 600"
                            .formatted(PosixFilePermissions.toString(permissions)));
        }
        byte[] der = readPem(file, PRIVATE);
        try {
            PrivateKey key = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
            return new KeyPair(publicHalf((EdECPrivateKey) key), key);
        } catch (GeneralSecurityException | ClassCastException _) {
            throw new KeyFileException(file, "not an Ed25519 private key");
        }
    }

    static byte[] pem(Key key) {
        String label = key instanceof PublicKey ? PUBLIC : PRIVATE;
        String base64 =
                Base64.getMimeEncoder(LINE_CHARACTERS, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, base64, label)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Makes a file appear with its whole content or not at all.
     *
     * @return whether this call made it; false if there was one already
     */
    static boolean create(Path file, byte[] content, String permissions) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new KeyFileException(file, "not a file name");
        }
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(
                directory,
                ".key",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
                channel.force(true);
            }
            Files.createLink(
                    file, temporary); // unlike a rename, never replaces a key that another process has just made
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
            DurableFiles.syncDirectory(directory);
        }
    }

    private static byte[] readPem(Path file, String label) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(FILE_BYTES_MAX + 1);
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (content.length > FILE_BYTES_MAX || from < 0 || to < from) {
            throw new KeyFileException(file, "not a PEM file with a block \"%s\"".formatted(begin));
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IllegalArgumentException _) {
            throw new KeyFileException(file, "the PEM block is not base64");
        }
    }

    /**
     * A key pair is made of 32 random bytes, which are all there is in the private half: the same bytes give the
     * same pair.
     */
    private static PublicKey publicHalf(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] secret = key.getBytes().orElseThrow(() -> new GeneralSecurityException("key without bytes"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new FixedRandom(secret));
        KeyPair pair = generator.generateKeyPair();
        if (!java.util.Arrays.equals(pair.getPrivate().getEncoded(), key.getEncoded())) {
            throw new GeneralSecurityException("the public half cannot be computed");
        }
        return pair.getPublic();
    }

    private static final class FixedRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] fixed;

        FixedRandom(byte[] fixed) {
            this.fixed = fixed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(fixed, 0, bytes, 0, bytes.length);
        }
    }
}
