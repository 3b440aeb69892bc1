package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.EngineFiles;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import dev.lamella.oci.RegistryLimits;
import dev.lamella.oci.ResolvedImage;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryFault;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures in a registry, in a directory and on a web server, all on loopback. */
@Tag("integration")
class RegistrySignaturesTest {

    private static final Platform AMD64 = new Platform("linux", "amd64", Optional.empty());
    private static final Instant NOW = PgpKey.CREATED.plusSeconds(86_400);
    private static final OciImage IMAGE = OciImages.oci();

    @TempDir
    private Path directory;

    private final TestRegistry server = TestRegistry.start();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private HttpServer web;
    private String image = "";

    RegistrySignaturesTest() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        image = server.push("team/app", "1", IMAGE);
        web.createContext("/", exchange -> {
            byte[] file = files.get(exchange.getRequestURI().getPath());
            assertThat(exchange.getRequestHeaders().containsKey("Authorization"))
                    .isFalse();
            exchange.sendResponseHeaders(
                    file == null ? 404 : file.length == 0 ? 403 : 200, file == null ? -1 : file.length);
            if (file != null) {
                exchange.getResponseBody().write(file);
            }
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
        server.close();
    }

    private void configure(String yaml) throws IOException {
        Files.writeString(
                Files.createDirectories(directory.resolve("registries.d")).resolve("a.yaml"), yaml);
    }

    private List<ImageSignature> signatures() throws IOException {
        return signatures("[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(server.address()), image);
    }

    private List<ImageSignature> signatures(String registriesConf, String reference) throws IOException {
        Path conf = Files.writeString(directory.resolve("registries.conf"), registriesConf);
        var engine = new EngineFiles(List.of(conf), List.of(), List.of(), List.of());
        EngineConfig config = EngineConfig.load(engine, Map.of(), RegistryLimits.DEFAULT.withTries(1));
        try (Registry registry = Registry.open(Reference.parse(reference), config, Optional.empty())) {
            ResolvedImage resolved = registry.resolve(AMD64);
            RegistriesDirectory where = RegistriesDirectory.load(
                    directory.resolve("registries.d"), directory.resolve("default"), SignatureLimits.DEFAULT);
            return SignatureSource.of(registry, where, SignatureLimits.DEFAULT)
                    .signatures(resolved.manifest().digest());
        }
    }

    private static String name(int number) {
        return "team/app@sha256=%s/signature-%d".formatted(IMAGE.digest().hex(), number);
    }

    private static byte[] message(PgpKey key, String text) throws Exception {
        return key.sign(text).toByteArray();
    }

    private void attach(String mediaType, byte[] payload, String annotations) {
        Digest blob = server.putBlob("team/app", payload);
        String layer = "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"annotations\":{%s}}"
                .formatted(mediaType, blob, payload.length, annotations);
        attachManifest(OciImages.OCI_MANIFEST, layer);
    }

    private void attachManifest(String mediaType, String layers) {
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"x","digest":"%s","size":1},"layers":[%s]}""".formatted(OciImages.OCI_MANIFEST, IMAGE.digest(), layers);
        server.putManifest(
                "team/app",
                "sha256-" + IMAGE.digest().hex() + ".sig",
                mediaType,
                manifest.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDirectoryIsReadUntilANumberIsMissing() throws Exception {
        PgpKey key = PgpKey.plain();
        assertThat(signatures()).isEmpty();
        for (int number : new int[] {1, 2, 4}) {
            Path file = directory.resolve("default").resolve(name(number));
            Files.createDirectories(file.getParent());
            Files.write(file, message(key, "text " + number));
        }
        assertThat(signatures()).hasSize(2).allMatch(signature -> signature instanceof ImageSignature.Simple);
    }

    @Test
    void aFileThatIsNoSignatureIsAnError() throws IOException {
        Path file = directory.resolve("default").resolve(name(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, "<html>");
        assertThatThrownBy(this::signatures)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("signature-1: not a signature: begins with the byte 0x3c");
        Files.write(file, new byte[SignatureLimits.DEFAULT.signatureBytes() + 1]);
        assertThatThrownBy(this::signatures).hasMessageContaining("at most 4194304 bytes");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(this::signatures).isInstanceOf(IOException.class);
    }

    @Test
    void aWebServerIsReadUntilANumberIsMissing() throws Exception {
        configure("default-docker: {lookaside: 'http://127.0.0.1:%d/sigs'}"
                .formatted(web.getAddress().getPort()));
        assertThat(signatures()).isEmpty();
        PgpKey key = PgpKey.plain();
        files.put("/sigs/" + name(1), message(key, "one"));
        files.put("/sigs/" + name(2), message(key, "two"));
        assertThat(signatures()).hasSize(2);
        files.put("/sigs/" + name(2), new byte[0]);
        assertThatThrownBy(this::signatures).isInstanceOf(OciException.class).hasMessageContaining("HTTP 403");
        files.put("/sigs/" + name(2), new byte[SignatureLimits.DEFAULT.signatureBytes() + 1]);
        assertThatThrownBy(this::signatures).isInstanceOf(OciException.class).hasMessageContaining("larger than");
        web.stop(0);
        assertThatThrownBy(this::signatures).isInstanceOf(OciException.class).hasMessageContaining("cannot connect");
    }

    @Test
    void attachmentsAreReadOnlyWhereTheConfigurationSaysSo() throws Exception {
        attach(ImageSignature.Sigstore.MEDIA_TYPE, "text".getBytes(StandardCharsets.UTF_8), "\"a\":\"b\"");
        assertThat(signatures()).isEmpty();
        configure("docker: {'%s/team': {use-sigstore-attachments: true}}".formatted(server.address()));
        assertThat(signatures())
                .containsExactly(new ImageSignature.Sigstore(
                        ImageSignature.Sigstore.MEDIA_TYPE, ByteString.utf8("text"), Map.of("a", "b")));
        attach("application/other", new byte[3], "");
        assertThat(signatures()).isEmpty();
    }

    @Test
    void withoutAttachmentsThereAreNone() throws IOException {
        configure("default-docker: {use-sigstore-attachments: true}");
        assertThat(signatures()).isEmpty();
        server.inject("/manifests/sha256-", 1, new RegistryFault.Status(500, Map.of(), ""));
        assertThatThrownBy(this::signatures).isInstanceOf(OciException.class).hasMessageContaining("HTTP 500");
    }

    @Test
    void attachmentsThatAreWrongAreAnError() throws IOException {
        configure("default-docker: {use-sigstore-attachments: true}");
        attachManifest(OciImages.DOCKER_MANIFEST, "");
        assertThatThrownBy(this::signatures).hasMessageContaining("expected " + OciImages.OCI_MANIFEST);
        attachManifest(OciImages.OCI_MANIFEST, "1");
        assertThatThrownBy(this::signatures).hasMessageContaining("layers[0]: expected an object");
        Digest missing = Digest.sha256Of("missing".getBytes(StandardCharsets.UTF_8));
        String layer = "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}";
        attachManifest(OciImages.OCI_MANIFEST, layer.formatted(ImageSignature.Sigstore.MEDIA_TYPE, missing, 3));
        assertThatThrownBy(this::signatures).hasMessageContaining("HTTP 404");
        attachManifest(OciImages.OCI_MANIFEST, layer.formatted(ImageSignature.Sigstore.MEDIA_TYPE, missing, 5 << 20));
        assertThatThrownBy(this::signatures).hasMessageContaining("at most 4194304 are allowed");
        server.putBlobAs("team/app", missing, new byte[3]);
        attachManifest(OciImages.OCI_MANIFEST, layer.formatted(ImageSignature.Sigstore.MEDIA_TYPE, missing, 3));
        assertThatThrownBy(this::signatures).hasMessageContaining("its digest is");
        var many = new ArrayList<String>();
        for (int i = 0; i < 129; i++) {
            many.add(layer.formatted("x", missing, 3));
        }
        attachManifest(OciImages.OCI_MANIFEST, String.join(",", many));
        assertThatThrownBy(this::signatures).hasMessageContaining("129 entries, at most 128");
    }

    @Test
    void aMirrorIsAskedUnderItsOwnName() throws Exception {
        attach(ImageSignature.Sigstore.MEDIA_TYPE, "text".getBytes(StandardCharsets.UTF_8), "\"a\":\"b\"");
        String conf = "[[registry]]\nlocation=\"far.example\"\n[[registry.mirror]]\nlocation=\"%s\"\ninsecure=true\n"
                .formatted(server.address());
        configure("docker: {far.example: {use-sigstore-attachments: true}}");
        assertThat(signatures(conf, "far.example/team/app:1")).isEmpty();
        configure("docker: {'%s': {use-sigstore-attachments: true}}".formatted(server.address()));
        assertThat(signatures(conf, "far.example/team/app:1")).hasSize(1);
    }

    @Test
    void aWholeDecision() throws Exception {
        Signer signer = Signer.ecdsa("secp256r1");
        ImageSignature.Sigstore signature = signer.sign(Signer.text(SignedText.SIGSTORE, IMAGE.digest(), image));
        attach(
                ImageSignature.Sigstore.MEDIA_TYPE,
                signature.payload().toByteArray(),
                "\"%s\":\"%s\""
                        .formatted(
                                SigstoreKeys.SIGNATURE, signature.annotations().get(SigstoreKeys.SIGNATURE)));
        configure("default-docker: {use-sigstore-attachments: true}");
        Path key = Files.write(directory.resolve("cosign.pub"), signer.pem());
        Path json = Files.writeString(
                directory.resolve("policy.json"),
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"%s\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"%s\"}]}}}"
                        .formatted(server.address(), key));
        SignaturePolicy policy = SignaturePolicy.load(json, SignatureLimits.DEFAULT);
        List<ImageSignature> found = signatures();
        var manifest = new ResolvedImage.Document(IMAGE.digest(), IMAGE.mediaType(), IMAGE.manifest());
        assertThat(policy.decide(Reference.parse(image), manifest, _ -> found, NOW))
                .isEqualTo(Decision.allowed());
        assertThat(policy.decide(Reference.parse(image + "2"), manifest, _ -> found, NOW)
                        .isAllowed())
                .isFalse();
    }
}
