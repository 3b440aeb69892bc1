package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.OciException.Kind;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.RegistryFault;
import dev.lamella.testkit.TestCertificate;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a registry on the loopback interface that does wrong when told. */
@Tag("integration")
class RegistryTest {

    private static final byte[] LAYER = layer();
    private static final OciImage IMAGE =
            new OciImages().compression(OciImages.Compression.NONE).layer(LAYER).build();
    private static final Platform AMD64 = new Platform("linux", "amd64", Optional.empty());

    @TempDir
    private Path directory;

    private final FakePauses pauses = new FakePauses();
    private TestRegistry server = TestRegistry.start();
    private String conf = "";
    private Optional<Credentials> given = Optional.empty();

    private static byte[] layer() {
        byte[] bytes = new byte[3 << 20];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() throws IOException {
        insecure(server);
        Files.writeString(directory.resolve("auth.json"), "{}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void insecure(TestRegistry registry) {
        conf += "[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(registry.address());
    }

    private Registry open(String reference) throws IOException {
        Path file = Files.writeString(directory.resolve("registries.conf"), conf);
        var files = new EngineFiles(
                List.of(file),
                List.of(),
                List.of(directory.resolve("auth.json")),
                List.of(directory.resolve("certs.d")));
        RegistryLimits limits = RegistryLimits.DEFAULT.withWaits(2_000, 500);
        EngineConfig config = EngineConfig.load(files, Map.of(), limits);
        return Registry.open(config.reference(reference), config, given, pauses);
    }

    private ResolvedImage resolve(String reference) throws IOException {
        try (Registry registry = open(reference)) {
            return registry.resolve(AMD64);
        }
    }

    private byte[] download(String reference) throws IOException {
        try (Registry registry = open(reference);
                InputStream in =
                        registry.blob(registry.resolve(AMD64).parsed().layers().getFirst())) {
            return in.readAllBytes();
        }
    }

    private void assertFails(String reference, Kind kind, String part) {
        assertThatThrownBy(() -> download(reference))
                .isInstanceOfSatisfying(
                        OciException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
                .hasMessageContaining(part)
                .message()
                .matches("\\p{Print}+");
    }

    private List<String> log() {
        return server.accesses().stream().map(RegistryAccess::line).toList();
    }

    @Test
    void resolvesTagsDigestsAndIndexes() throws Exception {
        var arm = new OciImages()
                .docker()
                .platform("linux/arm64")
                .layer(new byte[512])
                .build();
        var amd = new OciImages().docker().layer(new byte[1024]).build();
        OciImage index = OciImages.index(List.of("linux/arm64", "linux/amd64"), List.of(arm, amd));
        String tag = server.push("a/multi", "1", index);
        for (String reference : List.of(tag, server.address() + "/a/multi@" + index.digest())) {
            ResolvedImage image = resolve(reference);
            assertThat(image.index().orElseThrow().digest()).isEqualTo(index.digest());
            assertThat(image.index().orElseThrow().mediaType()).isEqualTo(OciImages.DOCKER_LIST);
            assertThat(image.manifest().digest()).isEqualTo(amd.digest());
            assertThat(image.configBytes()).isEqualTo(amd.config());
            assertThat(image.config().diffIds()).isEqualTo(amd.diffIds());
        }
        ResolvedImage single = resolve(server.address() + "/a/multi@" + arm.digest());
        assertThat(single.index()).isEmpty();
        assertThat(single.manifest().digest()).isEqualTo(arm.digest());
    }

    @Test
    void downloadsExactly() throws Exception {
        assertThat(download(server.push("a/b", "1", IMAGE))).isEqualTo(LAYER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resumesWhatBreaksOff(boolean ranges) throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.ranges(ranges);
        String blob = IMAGE.blobDigests().getFirst().hex();
        server.inject(blob, 1, new RegistryFault.HangUp(1_000_000))
                .inject(blob, 1, new RegistryFault.Drop())
                .inject(blob, 1, RegistryFault.Status.of(503))
                .inject(blob, 1, new RegistryFault.Stall(ranges ? 1000 : 2_000_000, 5_000))
                .inject(blob, 1, RegistryFault.Status.retryAfter(429, "3"));
        assertThat(download(tag)).isEqualTo(LAYER);
        List<RegistryAccess> gets = server.accesses().stream()
                .filter(access -> access.target().contains(blob))
                .toList();
        assertThat(gets).hasSize(6);
        assertThat(gets.getLast().header("range").orElse("")).matches("bytes=\\d{7}-");
        assertThat(pauses.pausesMillis).contains(3_000L);
    }

    @Test
    void downloadsThatGetNoFurtherEnd() {
        String tag = server.push("a/b", "1", IMAGE);
        server.inject(IMAGE.blobDigests().getFirst().hex(), 1000, new RegistryFault.Drop());
        assertFails(tag, Kind.UNAVAILABLE, IMAGE.blobDigests().getFirst().toString());
        assertThat(server.accesses()).hasSizeLessThan(15);
    }

    @Test
    void wrongRangesAndLengthsAreNoticed() {
        String tag = server.push("a/b", "1", IMAGE);
        String blob = IMAGE.blobDigests().getFirst().hex();
        // So late that some of it has been read by then: only then is a range asked for.
        server.inject(blob, 1, new RegistryFault.HangUp(2_000_000)).inject(blob, 9, new RegistryFault.WrongRange(10));
        assertFails(tag, Kind.WRONG_ANSWER, "asked for bytes from");
        server.heal();
        server.inject(blob, 9, new RegistryFault.WrongLength(77));
        assertFails(tag, Kind.MALFORMED, "77 bytes, the manifest says 3145728");
    }

    @Test
    void errorsOfTheRegistry() {
        String tag = server.push("a/b", "1", IMAGE);
        assertFails(server.address() + "/a/b:2", Kind.NOT_FOUND, "/v2/a/b/manifests/2: HTTP 404");
        server.inject("/manifests/", 1, RegistryFault.Status.error(403, "DENIED", "no \\u001b[1mway"));
        assertFails(tag, Kind.FORBIDDEN, "DENIED \"no \\u001b[1mway\"");
        server.inject("/manifests/", 1, RegistryFault.Status.of(401));
        assertFails(tag, Kind.UNAUTHORIZED, "without saying how");
        server.inject("/manifests/", 1, RegistryFault.Status.retryAfter(429, "3600"));
        assertFails(tag, Kind.RATE_LIMITED, "it asks to wait 3600 s");
        server.inject("/manifests/", 99, RegistryFault.Status.of(500));
        assertFails(tag, Kind.UNAVAILABLE, "HTTP 500");
        assertThat(pauses.pausesMillis).containsExactly(500L, 1000L, 2000L, 4000L, 8000L);
        server.heal();
        server.inject("/manifests/", 1, RegistryFault.Status.of(418));
        assertFails(tag, Kind.WRONG_ANSWER, "HTTP 418");
        server.inject("/manifests/", 9, new RegistryFault.Oversized(5 << 20));
        assertFails(tag, Kind.MALFORMED, "larger than 4194304 bytes");
        server.heal();
        server.inject("/manifests/", 1000, new RegistryFault.Drop());
        assertFails(tag, Kind.UNAVAILABLE, "/v2/a/b/manifests/1");
    }

    @Test
    void whatHasAnotherDigestIsRefused() {
        String tag = server.push("a/b", "1", IMAGE);
        server.inject("/blobs/", 1, new RegistryFault.WrongBytes(5));
        assertFails(tag, Kind.MALFORMED, "config " + IMAGE.imageId());
        server.inject("/manifests/", 1, new RegistryFault.WrongBytes(5));
        assertFails(server.address() + "/a/b@" + IMAGE.digest(), Kind.MALFORMED, "expected " + IMAGE.digest());
        Digest other = server.putManifest(
                "a/b",
                "two",
                OciImages.OCI_MANIFEST,
                new String(IMAGE.manifest().toByteArray(), StandardCharsets.UTF_8)
                        .replaceFirst(",\"layers\":\\[.*]", ",\"layers\":[]")
                        .getBytes(StandardCharsets.UTF_8));
        assertFails(server.address() + "/a/b@" + other, Kind.MALFORMED, "1 DiffIDs, but the manifest has 0 layers");
    }

    @Test
    void aShortRetryHeals() throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.inject("/manifests/", 2, RegistryFault.Status.of(502)).inject("/blobs/", 1, new RegistryFault.HangUp(3));
        assertThat(resolve(tag).manifest().digest()).isEqualTo(IMAGE.digest());
    }

    @Test
    void basicAuthentication() throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.basic("u", "p:w");
        assertFails(tag, Kind.UNAUTHORIZED, "podman login " + server.address());
        String wrong = Base64.getEncoder().encodeToString("u:no".getBytes(StandardCharsets.UTF_8));
        auths("{\"%s\":{\"auth\":\"%s\"}}".formatted(server.address(), wrong));
        assertFails(tag, Kind.UNAUTHORIZED, "refuses the credentials of user \"u\"");
        given = Optional.of(new Credentials.Password("u", "p:w"));
        assertThat(download(tag)).isEqualTo(LAYER);
    }

    private void auths(String json) throws IOException {
        Files.writeString(directory.resolve("auth.json"), "{\"auths\":" + json + "}");
    }

    @Test
    void bearerTokensForAllForUsersAndForIdentityTokens() throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.bearerForAll();
        assertThat(download(tag)).isEqualTo(LAYER);
        assertThat(log()).filteredOn(line -> line.contains("/token")).hasSize(1);
        server.close();

        server = TestRegistry.start();
        insecure(server);
        String own = server.push("a/b", "1", IMAGE);
        server.bearer("u", "pw").tokenSeconds(1);
        assertFails(own, Kind.UNAUTHORIZED, "gives no token without credentials");
        given = Optional.of(new Credentials.Password("u", "wrong"));
        assertFails(own, Kind.UNAUTHORIZED, "refuses u (HTTP 401)");
        given = Optional.of(new Credentials.Password("u", "pw"));
        assertThat(download(own)).isEqualTo(LAYER);
        server.close();

        server = TestRegistry.start();
        insecure(server);
        String third = server.push("a/b", "1", IMAGE);
        server.bearerForIdentityToken("secret/token");
        given = Optional.empty();
        auths("{\"%s/a\":{\"identitytoken\":\"secret/token\"}}".formatted(server.address()));
        assertThat(download(third)).isEqualTo(LAYER);
    }

    @Test
    void aTokenThatExpiresInTheMiddleIsReplaced() throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.bearerForAll();
        try (Registry registry = open(tag)) {
            ResolvedImage image = registry.resolve(AMD64);
            server.expireTokens();
            try (InputStream in = registry.blob(image.parsed().layers().getFirst())) {
                assertThat(in.readAllBytes()).isEqualTo(LAYER);
            }
        }
        assertThat(log()).filteredOn(line -> line.contains("/token")).hasSize(2);
    }

    @Test
    void credentialHelpers() throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.basic("helped", "pw");
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path helper = bin.resolve("docker-credential-lamellatest");
        Files.writeString(
                helper,
                "#!/bin/sh\nread -r host\n[ \"$host\" = %s ] || { echo credentials not found in native keychain; exit 1; }\necho '{\"Username\":\"helped\",\"Secret\":\"pw\"}'\n"
                        .formatted(server.address()));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        var known = new CredentialHelper("lamellatest", bin.toString());
        assertThat(known.get(server.address())).hasValue(new Credentials.Password("helped", "pw"));
        assertThat(known.get("elsewhere.io")).isEmpty();
        given = known.get(server.address());
        assertThat(resolve(tag).manifest().digest()).isEqualTo(IMAGE.digest());
        Files.writeString(helper, "#!/bin/sh\necho nonsense\n");
        assertThatThrownBy(() -> known.get("x.io"))
                .hasMessageContaining("docker-credential-lamellatest get: not valid JSON");
        Files.writeString(helper, "#!/bin/sh\necho locked >&1; exit 7\n");
        assertThatThrownBy(() -> known.get("x.io")).hasMessageContaining("exit code 7 for x.io: \"locked\"");
    }

    @Test
    void mirrorsFirstThenTheRegistry() throws Exception {
        try (TestRegistry mirror = TestRegistry.start();
                TestRegistry empty = TestRegistry.start()) {
            conf = """
                    [[registry]]
                    location = "%s"
                    insecure = true
                    [[registry.mirror]]
                    location = "%s"
                    insecure = true
                    [[registry.mirror]]
                    location = "%s"
                    insecure = true
                    """.formatted(server.address(), empty.address(), mirror.address());
            String tag = server.push("a/b", "1", IMAGE);
            mirror.push("a/b", "1", IMAGE);
            assertThat(download(tag)).isEqualTo(LAYER);
            assertThat(server.accesses()).isEmpty();
            mirror.inject(IMAGE.blobDigests().getFirst().hex(), 1, new RegistryFault.HangUp(1000))
                    .inject(IMAGE.blobDigests().getFirst().hex(), 99, RegistryFault.Status.of(404));
            assertThat(download(tag)).isEqualTo(LAYER);
            assertThat(server.accesses()).hasSize(1).first().matches(RegistryAccess::isBlobGet);
            assertFails(server.address() + "/a/c:1", Kind.NOT_FOUND, empty.address());
        }
    }

    @Test
    void credentialsDoNotFollowRedirections() throws Exception {
        String tag = server.push("a/b", "1", IMAGE);
        server.basic("u", "p");
        given = Optional.of(new Credentials.Password("u", "p"));
        try (TestRegistry storage = TestRegistry.start()) {
            storage.push("a/b", "1", IMAGE);
            server.inject("/blobs/", 99, new RegistryFault.Redirect(307, URI.create(storage.url())));
            assertThat(download(tag)).isEqualTo(LAYER);
            assertThat(storage.accesses())
                    .isNotEmpty()
                    .allMatch(access -> access.header("authorization").isEmpty());
        }
        server.heal();
        server.inject(
                "/manifests/", 99, new RegistryFault.Redirect(302, URI.create(server.url() + "/v2/a/b/manifests/1")));
        assertFails(tag, Kind.WRONG_ANSWER, "redirected more than 5 times");
        server.heal();
        server.inject("/manifests/", 99, new RegistryFault.Redirect(302, URI.create("file:///etc/passwd")));
        assertFails(tag, Kind.WRONG_ANSWER, "which is not followed");
    }

    @Test
    void tlsNeedsTheCertificateOrInsecure() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        try (TestRegistry secure = TestRegistry.startTls(certificate, true)) {
            String tag = secure.push("a/b", "1", IMAGE);
            assertFails(tag, Kind.TLS, "certs.d/" + secure.address());
            Path own = Files.createDirectories(directory.resolve("certs.d").resolve(secure.address()));
            Files.writeString(own.resolve("ca.crt"), certificate.certificatePem());
            Files.writeString(own.resolve("client.cert"), certificate.certificatePem());
            assertFails(tag, Kind.CONFIGURATION, "client.key: missing");
            Files.writeString(own.resolve("client.key"), "-----BEGIN EC PRIVATE KEY-----");
            assertFails(tag, Kind.CONFIGURATION, "openssl pkcs8");
            Files.writeString(own.resolve("client.key"), certificate.keyPem());
            assertThat(download(tag)).isEqualTo(LAYER);
            Files.writeString(own.resolve("ca.crt"), "nothing");
            assertFails(tag, Kind.CONFIGURATION, "holds no PEM certificate");
            Files.delete(own.resolve("ca.crt"));
            insecure(secure);
            assertThat(download(tag)).isEqualTo(LAYER);
        }
    }

    @Test
    void nobodyThereAndBlocked() {
        String address = server.address();
        server.close();
        assertFails(address + "/a/b:1", Kind.UNAVAILABLE, "cannot connect");
        conf = "[[registry]]\nlocation=\"%s\"\nblocked=true\n".formatted(address);
        assertFails(address + "/a/b:1", Kind.BLOCKED, "registries.conf blocks");
    }

    private List<String> tags(String reference, int tagsMax) throws IOException {
        try (Registry registry = open(reference)) {
            return registry.tags(tagsMax);
        }
    }

    @Test
    void listsTagsPageByPage() throws IOException {
        List<String> names = List.of("1.0", "1.1", "2.0", "latest", "v3");
        names.forEach(tag -> server.push("library/demo", tag, IMAGE));
        server.push("library/other", "9.9", IMAGE);
        server.tagsOfAPage(2);
        assertThat(tags(server.address() + "/library/demo", 100)).isEqualTo(names);
        assertThat(server.accesses())
                .filteredOn(access -> access.target().contains("/tags/list"))
                .hasSize(3);
    }

    @Test
    void moreTagsThanWantedAreRefused() {
        List.of("a", "b", "c").forEach(tag -> server.push("library/demo", tag, IMAGE));
        server.tagsOfAPage(1);
        assertThatThrownBy(() -> tags(server.address() + "/library/demo", 2))
                .isInstanceOfSatisfying(
                        OciException.class, e -> assertThat(e.kind()).isEqualTo(OciException.Kind.UNSUPPORTED))
                .hasMessageContaining("more than 2 tags");
    }

    @Test
    void whatIsNoTagIsPassedOverAndLinksLeadNowhereElse() throws IOException {
        server.inject(
                "/tags/list",
                1,
                new RegistryFault.Status(
                        200,
                        Map.of("Link", "<http://elsewhere.invalid/steal?last=a>; rel=\"next\""),
                        "{\"name\":\"x\",\"tags\":[\"good\",\"../bad\",\"\\u001b[31m\"]}"));
        server.push("library/demo", "z", IMAGE);
        assertThat(tags(server.address() + "/library/demo", 10)).containsExactly("good", "z");
    }

    @Test
    void aRegistryThatNeverEndsItsListOfTagsIsLeft() {
        server.inject(
                "/tags/list",
                1000,
                new RegistryFault.Status(
                        200,
                        Map.of("Link", "</v2/library/demo/tags/list?last=a>; rel=\"next\""),
                        "{\"name\":\"x\",\"tags\":null}"));
        assertThatThrownBy(() -> tags(server.address() + "/library/demo", 5)).isInstanceOf(OciException.class);
    }
}
