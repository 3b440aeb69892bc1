package dev.lamella.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys in PEM files, as both ends of a connection need them. Errors name the file. */
public final class PemFiles {

    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final char[] NO_PASSWORD = {};

    private PemFiles() {}

    /**
     * Makes the TLS settings of one end.
     *
     * @param trust whose certificates are trusted; those the JDK trusts if not set
     * @param own what is shown to the other end, if anything
     * @throws IOException naming the file that is not right
     */
    public static SSLContext context(Optional<Path> trust, Optional<ClientConfig.ClientCertificate> own)
            throws IOException {
        try {
            KeyManager[] keys = own.isPresent() ? keyManagers(own.get()) : new KeyManager[0];
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trustManagers(trust), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trustManagers(Optional<Path> trust) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (trust.isEmpty()) {
            factory.init((KeyStore) null);
            return factory.getTrustManagers();
        }
        KeyStore trusted = emptyStore();
        for (Certificate certificate : certificates(trust.get())) {
            trusted.setCertificateEntry("trusted-" + trusted.size(), certificate);
        }
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keyManagers(ClientConfig.ClientCertificate own)
            throws GeneralSecurityException, IOException {
        KeyStore keys = emptyStore();
        Certificate[] chain = certificates(own.certificate()).toArray(Certificate[]::new);
        PrivateKey key = privateKey(own.key());
        requirePair(own, key, chain[0].getPublicKey());
        keys.setKeyEntry("own", key, NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /** Makes sure that a key is its certificate's, which else would only show when somebody connects. */
    private static void requirePair(ClientConfig.ClientCertificate own, PrivateKey key, PublicKey published)
            throws GeneralSecurityException, IOException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
        byte[] message = {1};
        boolean fits = false;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(published);
            signature.update(message);
            fits = signature.verify(signed);
        } catch (InvalidKeyException | SignatureException _) {
            // Keys of different kinds do not fit either.
        }
        if (!fits) {
            throw new IOException(
                    "%s: not the key of the first certificate in %s".formatted(own.key(), own.certificate()));
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException _) {
            // Said below.
        }
        throw new IOException(file + ": holds no PEM certificate");
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
        if (pem.find()) {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            for (String algorithm : KEY_ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                } catch (GeneralSecurityException _) {
                    // Perhaps a key of the next kind.
                }
            }
        }
        throw new IOException("%s: not an unencrypted PKCS #8 key in PEM form; 'openssl pkcs8 -topk8 -nodes' makes one"
                .formatted(file));
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException("%s: larger than %d bytes".formatted(file, FILE_BYTES_MAX));
        }
        return Files.readAllBytes(file);
    }
}
