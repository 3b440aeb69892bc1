package dev.lamella.volume;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The public halves of the keys whose signatures count. Immutable and safe to share. */
public final class TrustedKeys {

    private static final int KEYS_MAX = 1000;

    private final Map<String, PublicKey> keys;

    private TrustedKeys(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /** Trusts one key whose private half is at hand. */
    public static TrustedKeys of(SigningKey key) {
        return new TrustedKeys(Map.of(key.keyId(), key.publicKey()));
    }

    /** Trusts these and those. */
    public TrustedKeys and(TrustedKeys others) {
        var all = new TreeMap<>(keys);
        all.putAll(others.keys);
        return new TrustedKeys(all);
    }

    /**
     * Reads public keys: PEM files ({@code BEGIN PUBLIC KEY}, Ed25519), or directories of which every file {@code
     * *.pub} is
     * read.
     *
     * @throws KeyFileException if a file is not such a key, or if there are more than 1000
     * @throws IOException if a file cannot be read
     */
    public static TrustedKeys load(Collection<Path> paths) throws IOException {
        var keys = new TreeMap<String, PublicKey>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.pub")) {
                    for (Path file : files) {
                        add(file, keys);
                    }
                }
            } else {
                add(path, keys);
            }
        }
        return new TrustedKeys(keys);
    }

    /** Returns the identifiers of the keys. */
    public Set<String> keyIds() {
        return keys.keySet();
    }

    /**
     * Checks a signature.
     *
     * @param kind what the signature must be for
     * @param payload the signed bytes
     * @param signature the signature
     * @param file names the signed file in messages
     * @throws UnknownKeyException if the key is not trusted
     * @throws BadSignatureException if the signature is not right
     */
    public void verify(SignatureKind kind, byte[] payload, Signature signature, String file) throws VolumeException {
        PublicKey key = keys.get(signature.keyId());
        if (key == null) {
            throw new UnknownKeyException(file, signature.keyId());
        }
        try {
            var verifier = java.security.Signature.getInstance(KeyFiles.ALGORITHM);
            verifier.initVerify(key);
            verifier.update(kind.message(payload));
            if (verifier.verify(signature.bytes())) {
                return;
            }
        } catch (GeneralSecurityException _) {
            // A signature whose bytes are no point of the curve is as bad as a wrong one.
        }
        throw new BadSignatureException(file, signature.keyId());
    }

    private static void add(Path file, Map<String, PublicKey> keys) throws IOException {
        PublicKey key = KeyFiles.readPublic(file);
        keys.put(KeyFiles.idOf(key), key);
        if (keys.size() > KEYS_MAX) {
            throw new KeyFileException(file, "more than %d trusted keys".formatted(KEYS_MAX));
        }
    }
}
