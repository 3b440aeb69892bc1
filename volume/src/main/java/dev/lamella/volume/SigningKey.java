package dev.lamella.volume;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Objects;

/** The Ed25519 key that a generator signs volumes and records with. Immutable and safe to share. */
public final class SigningKey {

    private static final int SHORT_ID_DIGITS = 16;

    private final KeyPair pair;
    private final String keyId;

    private SigningKey(KeyPair pair) {
        this.pair = pair;
        this.keyId = KeyFiles.idOf(pair.getPublic());
    }

    /** Makes a key that is kept in memory only. */
    public static SigningKey generate() {
        return new SigningKey(KeyFiles.generate());
    }

    /**
     * Reads a key, or makes one where there is none. Several processes that do so at once agree on one key.
     *
     * @param file a PKCS #8 PEM file of mode 0600; the public half stands beside it under the same name with {@code
     *     .pub} added
     * @throws KeyFileException if it is no Ed25519 key, if others may read it, if the public half belongs to another
     *     key, or if a file is not there and cannot be made
     * @throws IOException if the files cannot be read or written
     */
    public static SigningKey loadOrCreate(Path file) throws IOException {
        if (Files.notExists(file)) {
            var made = KeyFiles.generate();
            make(file, made.getPrivate(), "rw-------");
        }
        var key = new SigningKey(KeyFiles.readPair(file));
        Path publicFile = publicHalf(file);
        if (Files.notExists(publicFile)) {
            make(publicFile, key.publicKey(), "rw-r--r--");
        }
        if (!KeyFiles.idOf(KeyFiles.readPublic(publicFile)).equals(key.keyId)) {
            throw new KeyFileException(
                    publicFile, "not the public half of %s; remove it to have it made again".formatted(file));
        }
        return key;
    }

    private static void make(Path file, Key key, String permissions) throws IOException {
        try {
            KeyFiles.create(file, KeyFiles.pem(key), permissions);
        } catch (FileSystemException e) {
            String why = Objects.requireNonNullElse(e.getReason(), e.getClass().getSimpleName());
            throw new KeyFileException(
                    file,
                    "is not there and cannot be made (%s: %s); put one there, or name another place as signing.key"
                            .formatted(e.getFile(), why));
        }
    }

    /** Returns where the public half of a key file is kept. */
    public static Path publicHalf(Path file) {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /** Returns the key's identifier: the SHA-256 of its SubjectPublicKeyInfo, in 64 hexadecimal digits. */
    public String keyId() {
        return keyId;
    }

    /** Returns the first digits of a key's identifier, enough for people. */
    public static String shortId(String keyId) {
        return keyId.substring(0, Math.min(SHORT_ID_DIGITS, keyId.length()));
    }

    /** Signs bytes for one kind of document. */
    public Signature sign(SignatureKind kind, byte[] payload) {
        try {
            var signer = java.security.Signature.getInstance(KeyFiles.ALGORITHM);
            signer.initSign(pair.getPrivate());
            signer.update(kind.message(payload));
            return Signature.of(keyId, signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an Ed25519 key that was loaded signs", e);
        }
    }

    PublicKey publicKey() {
        return pair.getPublic();
    }
}
