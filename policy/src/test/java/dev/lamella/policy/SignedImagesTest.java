package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.EngineFiles;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import dev.lamella.oci.RegistryLimits;
import dev.lamella.oci.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our verdict about images that the real tools signed must be that of the real skopeo and Podman with the very same files. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class SignedImagesTest {

    private static final List<String> SUITES = List.of("bookworm", "trixie", "sid");

    /** Where we are stricter by our own wish; docs/policy.md says so. */
    private static final List<String> STRICTER = List.of("sha1", "twice");

    /** Debian 12's engines have no sigstore and refuse whatever wants it. */
    private static final String NOT_BUILT_IN = "Debian-local change: sigstore disabled";

    /** Signed by a subkey, which engines accept only since they know whose subkey it is: Debian sid's do. */
    private static final String NEWER = "subkey";

    private static final List<String> BY_GNUPG = List.of(
            "both",
            "bzip2",
            "key-aged",
            "plain",
            "podman",
            "second",
            "skopeo-bookworm",
            "skopeo-trixie",
            "subkey",
            "textmode",
            "trailing",
            "uncompressed");

    private static final List<String> BY_SIGSTORE = List.of("both", "cosign-identity", "sigstore-skopeo");

    private static final List<String> BY_COSIGN =
            List.of("both", "cosign", "cosign-identity", "cosign-second", "index-recursive", "sigstore-skopeo");

    /** The images that are compared with every policy; the first policy is compared with all images. */
    private static final List<String> FEW = List.of(
            "both",
            "cosign",
            "cosign-identity",
            "cosign-other",
            "cosign-second",
            "index",
            "index-recursive",
            "other-tag",
            "plain",
            "second",
            "sigstore-skopeo",
            "skopeo-bookworm",
            "unsigned");

    private final SignedImages images;
    private final List<String> policies = new ArrayList<>();
    private final Map<String, String> reasons = new TreeMap<>();

    SignedImagesTest() throws IOException, InterruptedException {
        images = new SignedImages(SUITES);
    }

    static List<String> suites() {
        return SUITES;
    }

    @BeforeAll
    void writePolicies() throws IOException {
        Path at = images.tools.directory;
        String gnupg = "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"%s/all.gpg\"%%s}".formatted(at);
        String sigstore = "{\"type\":\"sigstoreSigned\",\"keyPath\":\"%s/cosign.pub\"%%s}".formatted(at);
        String repository = ",\"signedIdentity\":{\"type\":\"matchRepository\"}";
        write("accept", "{\"type\":\"insecureAcceptAnything\"}");
        write("reject", "{\"type\":\"reject\"}");
        write("gnupg", gnupg.formatted(""));
        write("gnupg-exact", gnupg.formatted(",\"signedIdentity\":{\"type\":\"matchExact\"}"));
        write("gnupg-repository", gnupg.formatted(repository));
        write("gnupg-armored", gnupg.formatted("").replace("all.gpg", "rsa.asc"));
        String data = Base64.getEncoder().encodeToString(Files.readAllBytes(at.resolve("all.gpg")));
        write("gnupg-data", "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\"%s\"}".formatted(data));
        write(
                "gnupg-reference",
                gnupg.formatted(",\"signedIdentity\":{\"type\":\"exactReference\",\"dockerReference\":\"%s\"}"
                        .formatted(images.tools.name("unsigned"))));
        write(
                "gnupg-remapped",
                gnupg.formatted(
                        ",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"%s\",\"signedPrefix\":\"other.example\"}"
                                .formatted(images.tools.registry)));
        write("cosign", sigstore.formatted(""));
        write("cosign-repository", sigstore.formatted(repository));
        write("cosign-other", sigstore.formatted(repository).replace("cosign.pub", "cosign-other.pub"));
        write("gnupg-and-cosign", gnupg.formatted("") + "," + sigstore.formatted(""));
        write("cosign-and-reject", sigstore.formatted("") + ",{\"type\":\"reject\"}");
        scoped("scope-tag", images.tools.name("plain"));
        scoped("scope-namespace", images.tools.registry + "/team");
        scoped("scope-wild-card", "*.0.0.1");
        scoped("scope-other", images.tools.registry + "/tea");
    }

    @AfterAll
    void close() throws IOException {
        images.close();
    }

    private void write(String name, String requirements) throws IOException {
        policy(name, "{\"default\":[%s]}".formatted(requirements));
    }

    private void scoped(String name, String scope) throws IOException {
        policy(
                name,
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"%s\":[{\"type\":\"insecureAcceptAnything\"}]}}}"
                        .formatted(scope));
    }

    private void policy(String name, String json) throws IOException {
        policies.add(name);
        Files.writeString(file(name), json);
    }

    private Path file(String policy) {
        return images.tools.directory.resolve("policies").resolve(policy + ".json");
    }

    /** Returns our verdict, as the table of the engines' verdicts has it, and notes the reason. */
    private boolean isAllowed(String policy, String image) throws IOException {
        Path at = images.tools.directory;
        EngineFiles files = new EngineFiles(
                List.of(images.tools.state("trixie").resolve("registries.conf")), List.of(), List.of(), List.of());
        EngineConfig config = EngineConfig.load(files, Map.of(), RegistryLimits.DEFAULT.withTries(1));
        Reference reference = Reference.parse(images.tools.name(image));
        try (Registry registry = Registry.open(reference, config, Optional.empty())) {
            ResolvedImage resolved = registry.resolve(Platform.host());
            RegistriesDirectory where = RegistriesDirectory.load(
                    images.tools.registriesDirectory(), at.resolve("default"), SignatureLimits.DEFAULT);
            Decision decision = SignaturePolicy.load(file(policy), SignatureLimits.DEFAULT)
                    .decide(
                            reference,
                            resolved.manifest(),
                            SignatureSource.of(registry, where, SignatureLimits.DEFAULT),
                            Instant.now());
            reasons.put(policy + " " + image, decision.toString());
            return decision.isAllowed();
        } catch (PolicyException e) {
            // A signature that is none: engines give up, too.
            reasons.put(policy + " " + image, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private List<String> allowed(String policy) throws IOException {
        var allowed = new ArrayList<String>();
        for (String image : images.names()) {
            if (isAllowed(policy, image)) {
                allowed.add(image);
            }
        }
        return allowed;
    }

    @Test
    void rightlySignedImagesAreAllowedAndNoOthers() throws IOException {
        assertThat(allowed("accept")).containsExactlyElementsOf(images.names());
        assertThat(allowed("reject")).isEmpty();
        assertThat(allowed("gnupg")).containsExactlyElementsOf(BY_GNUPG);
        assertThat(allowed("gnupg-armored")).containsExactly("skopeo-bookworm");
        assertThat(allowed("gnupg-reference")).containsExactly("other-tag");
        assertThat(allowed("gnupg-and-cosign")).containsExactly("both");
        assertThat(allowed("cosign")).containsExactlyElementsOf(BY_SIGSTORE);
        assertThat(allowed("cosign-repository")).containsExactlyElementsOf(BY_COSIGN);
        assertThat(allowed("cosign-other")).containsExactly("cosign-other", "cosign-second");
        assertThat(allowed("scope-tag")).containsExactly("plain");
        assertThat(allowed("scope-wild-card")).containsExactlyElementsOf(images.names());
        assertThat(allowed("scope-other")).isEmpty();
    }

    @Test
    void reasonsSayWhatIsWrong() throws IOException {
        for (String image : images.names()) {
            isAllowed("gnupg", image);
            isAllowed("cosign", image);
            isAllowed("cosign-repository", image);
        }
        assertThat(reasons.get("gnupg unsigned")).contains("it has no signature of that kind");
        assertThat(reasons.get("gnupg skopeo-other")).contains("none of those in the policy");
        assertThat(reasons.get("gnupg other-tag")).contains("which matchRepoDigestOrExact does not let stand for it");
        assertThat(reasons.get("gnupg other-image")).contains("the signature is of another image");
        assertThat(reasons.get("gnupg key-revoked")).contains("it is revoked");
        assertThat(reasons.get("gnupg subkey-revoked")).contains("the subkey is revoked");
        assertThat(reasons.get("gnupg key-expired")).contains("it expired at 2024-02-01");
        assertThat(reasons.get("gnupg signature-expired")).contains("the signature has expired");
        assertThat(reasons.get("gnupg two-in-one")).contains("with a text and one signature");
        assertThat(reasons.get("gnupg sha1")).contains("weak hash");
        assertThat(reasons.get("gnupg notation")).contains("critical part of unknown type 20");
        assertThat(reasons.get("gnupg garbage")).contains("not a signature: begins with the byte 0x3c");
        assertThat(reasons.get("cosign cosign")).contains("which matchRepoDigestOrExact does not let stand for it");
        assertThat(reasons.get("cosign-repository index")).contains("it has no signature of that kind");
        assertThat(reasons.get("cosign-repository cosign-other")).contains("not the signature of the key");
    }

    @ParameterizedTest
    @MethodSource("suites")
    void skopeoSaysTheSame(String suite) throws IOException, InterruptedException {
        var asked = new ArrayList<Question>();
        images.names().forEach(image -> asked.add(new Question("gnupg", image)));
        for (String policy : policies) {
            FEW.forEach(image -> asked.add(new Question(policy, image)));
        }
        compare(suite, asked, """
                skopeo --policy "$policy" copy -q --remove-signatures --src-tls-verify=false "docker://$image" "dir:$work/out"
                """);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void podmanSaysTheSame(String suite) throws IOException, InterruptedException {
        var asked = new ArrayList<Question>();
        for (String policy : List.of("gnupg", "cosign-repository")) {
            FEW.forEach(image -> asked.add(new Question(policy, image)));
        }
        compare(suite, asked, """
                podman pull -q --signature-policy "$policy" "$image"
                """);
    }

    private record Question(String policy, String image) {}

    private void compare(String suite, List<Question> asked, String command) throws IOException, InterruptedException {
        Path work = Files.createDirectories(images.tools.directory.resolve("out-" + suite));
        var script = new StringBuilder("work=%s\n".formatted(work));
        for (Question question : asked) {
            script.append(
                    "policy=%s image=%s\n".formatted(file(question.policy()), images.tools.name(question.image())));
            script.append("if %s > \"$work/log\" 2>&1; then echo yes; else tail -n 1 \"$work/log\"; fi\n"
                    .formatted(command.strip()));
        }
        Path file = Files.writeString(work.resolve("script"), script);
        List<String> said = images.tools.in(suite, "bash " + file).lines().toList();
        assertThat(said).hasSameSizeAs(asked);
        var differing = new ArrayList<String>();
        for (int i = 0; i < asked.size(); i++) {
            Question question = asked.get(i);
            if (said.get(i).contains(NOT_BUILT_IN)) {
                assertThat(suite).isEqualTo("bookworm");
                continue;
            }
            if (question.image().equals(NEWER) && said.get(i).contains("is not accepted")) {
                assertThat(suite).isIn("bookworm", "trixie");
                continue;
            }
            boolean theirs = said.get(i).equals("yes");
            boolean ours = isAllowed(question.policy(), question.image());
            boolean stricter = question.policy().startsWith("gnupg") && STRICTER.contains(question.image());
            // A no must be about signatures, and not a failure of something else.
            boolean about = theirs || said.get(i).matches("(?i).*(signature|rejected|gpg|openpgp|signing).*");
            if ((theirs && !stricter) != ours || !about) {
                differing.add("%s: %s says \"%s\", we say \"%s\""
                        .formatted(
                                question, suite, said.get(i), reasons.get(question.policy() + " " + question.image())));
            }
        }
        assertThat(differing).isEmpty();
    }
}
