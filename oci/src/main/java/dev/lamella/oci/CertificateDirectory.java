package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The files for one registry in {@code certs.d}: {@code *.crt} are trusted besides the machine's own, {@code NAME.cert} with
 * {@code NAME.key} is shown to the registry.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md">containers-certs.d(5)</a>
 */
record CertificateDirectory(Optional<Path> path) {

    private static final int FILES_MAX = 200;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final char[] NO_PASSWORD = {};

    /** Finds the first directory that is about a registry. */
    static CertificateDirectory find(List<Path> roots, String registry) {
        return new CertificateDirectory(roots.stream()
                .map(root -> root.resolve(registry))
                .filter(Files::isDirectory)
                .findFirst());
    }

    /** Makes the TLS settings of a registry. */
    SSLContext context(boolean insecure) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), insecure ? new TrustManager[] {new TrustingAll()} : trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new OciException(
                    Kind.CONFIGURATION,
                    "%s: %s".formatted(path.map(Path::toString).orElse("TLS"), e.getMessage()),
                    e);
        }
    }

    private List<Path> files(String ending) throws IOException {
        if (path.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path.get())) {
            return entries.filter(file -> file.getFileName().toString().endsWith(ending))
                    .sorted()
                    .limit(FILES_MAX)
                    .toList();
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException _) {
            // Said below.
        }
        throw new OciException(Kind.CONFIGURATION, file + ": holds no PEM certificate");
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        List<Path> files = files(".crt");
        if (files.isEmpty()) {
            return factory.getTrustManagers();
        }
        KeyStore trusted = emptyStore();
        int number = 0;
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof javax.net.ssl.X509TrustManager known) {
                for (X509Certificate certificate : known.getAcceptedIssuers()) {
                    trusted.setCertificateEntry("machine-" + number++, certificate);
                }
            }
        }
        for (Path file : files) {
            for (Certificate certificate : certificates(file)) {
                trusted.setCertificateEntry("file-" + number++, certificate);
            }
        }
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        KeyStore keys = emptyStore();
        for (Path certificate : files(".cert")) {
            String name = certificate.getFileName().toString().replaceFirst("\\.cert$", "");
            Path key = certificate.resolveSibling(name + ".key");
            if (Files.notExists(key)) {
                throw new OciException(Kind.CONFIGURATION, "%s: missing, it belongs to %s".formatted(key, certificate));
            }
            keys.setKeyEntry(
                    name,
                    privateKey(key),
                    NO_PASSWORD,
                    certificates(certificate).toArray(Certificate[]::new));
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
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
        throw new OciException(
                Kind.CONFIGURATION,
                "%s: not an unencrypted PKCS #8 key in PEM form; 'openssl pkcs8 -topk8 -nodes' makes one"
                        .formatted(file));
    }

    /** For registries that {@code registries.conf} calls insecure: anything goes, the host's name too. */
    private static final class TrustingAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
