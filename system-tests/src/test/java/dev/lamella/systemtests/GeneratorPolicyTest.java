package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a generator's policy decides about what a real registry tells it: signatures of the real tools, retention, deletions. */
@Tag("system")
@Timeout(600)
class GeneratorPolicyTest {

    private static final String SUITE = "trixie";

    /** Longer than five attempts take, with pauses of one, two, four and eight seconds. */
    private static final int TRIES = 600;

    private static final long TRY_MILLIS = 100;

    @TempDir
    private Path directory;

    private Generator generator;
    private RegistryUpload upload;
    private String registry = "";

    @BeforeEach
    void startRegistry() throws IOException, InterruptedException {
        generator = new Generator(directory.resolve("generator"), directory, """
                generator.policy = "%1$s/policy.toml"
                generator.signature-policy = "%1$s/policy.json"
                generator.signature-registries = "%1$s/registries.d"
                generator.collect = "1s"
                gc.grace = "0s"
                """.formatted(directory));
        registry = Shell.out(
                Map.of("NOTIFY_URL", generator.hookUrl(), "NOTIFY_TOKEN", Generator.HOOK_SECRET),
                List.of("testbed/registry", path("registry"), "start"));
        generator.listenTo(registry);
        upload = new RegistryUpload(registry);
        Files.writeString(directory.resolve("policy.toml"), "");
        Files.writeString(directory.resolve("policy.json"), """
                {"default": [{"type": "insecureAcceptAnything"}]}
                """);
        Files.createDirectory(directory.resolve("registries.d"));
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        upload.close();
        generator.close();
        Shell.run(Map.of(), List.of("testbed/registry", path("registry"), "stop"));
        Shell.out(Map.of(), List.of("testbed/unmount", directory.toString()));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private OciImage push(String repository, String tag) throws IOException, InterruptedException {
        byte[] layer = new TarBytes().file("name", repository + ":" + tag).end();
        OciImage image = OciImages.oci(layer);
        upload.push(repository, tag, image);
        return image;
    }

    private String name(String repositoryAndTag) {
        return registry + "/" + repositoryAndTag;
    }

    /** Something that becomes true. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(String what, Condition condition) throws IOException, InterruptedException {
        for (int tries = 0; !condition.holds(); tries++) {
            assertThat(tries)
                    .as("%s; published: %s; jobs: %s", what, generator.published(), generator.get("/v1/jobs"))
                    .isLessThan(TRIES);
            Thread.sleep(TRY_MILLIS);
        }
    }

    /** Signatures come after the push of which the registry tells, as they do at every site. */
    @Test
    void whatIsSignedRightlyIsPublishedAndNothingElse() throws Exception {
        Files.writeString(directory.resolve("policy.json"), """
                {"default": [{"type": "reject"}], "transports": {"docker": {
                  "%1$s/team/cosign": [
                    {"type": "sigstoreSigned", "keyPath": "%2$s/good.pub", "signedIdentity": {"type": "matchRepository"}}],
                  "%1$s/team/gpg": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "%2$s/good.gpg"}]
                }}}
                """.formatted(registry, directory));
        Files.writeString(directory.resolve("registries.d/site.yaml"), """
                docker:
                  "%s":
                    lookaside: file://%s/lookaside
                    use-sigstore-attachments: true
                """.formatted(registry, directory));
        makeKeys();
        generator.start();

        push("team/other", "1");
        for (String repository : List.of("team/cosign", "team/gpg")) {
            push(repository, "unsigned");
        }
        for (String who : List.of("good", "wrong")) {
            cosign("sign", "--yes", "--tlog-upload=false", "--key", path(who + ".key"), pushed("team/cosign", who));
            signByGnupg(who, push("team/gpg", who).digest());
        }

        await("all jobs have ended", () -> ended() == 6);
        assertThat(generator.published()).containsExactlyInAnyOrder(name("team/cosign:good"), name("team/gpg:good"));
        // Which no signature can help, so that there is no job.
        assertThat(generator.get("/v1/audit?limit=1000").toString())
                .contains(name("team/other:1"))
                .contains("default[0] reject");
        for (String repository : List.of("team/cosign", "team/gpg")) {
            assertThat(errorOf(repository + ":unsigned")).contains("it has no signature of that kind");
        }
        assertThat(errorOf("team/cosign:wrong")).contains("not the signature of the key in the policy");
        assertThat(errorOf("team/gpg:wrong")).contains("none of those in the policy");
    }

    private long ended() throws IOException, InterruptedException {
        JsonNode jobs = generator.get("/v1/statistics").required("jobs");
        return Stream.of("SUCCEEDED", "FAILED")
                .mapToLong(state -> jobs.required(state).asLong())
                .sum();
    }

    private String errorOf(String repositoryAndTag) throws IOException, InterruptedException {
        for (JsonNode job : generator.get("/v1/jobs?limit=1000").required("items")) {
            if (job.required("reference").asString().equals(name(repositoryAndTag))) {
                assertThat(job.required("state").asString()).isEqualTo("FAILED");
                return job.required("error").asString();
            }
        }
        throw new AssertionError("no job of " + repositoryAndTag);
    }

    private String pushed(String repository, String tag) throws IOException, InterruptedException {
        return name(repository) + "@" + push(repository, tag).digest();
    }

    private void makeKeys() throws IOException, InterruptedException {
        for (String who : List.of("good", "wrong")) {
            cosign("generate-key-pair", "--output-key-prefix", path(who));
        }
        Shell.out(Map.of(), List.of("testbed/podman-state", path("signer"), "--insecure", registry));
        Files.createDirectory(directory.resolve("g"));
        inSuite("""
                chmod 700 %1$s/g
                for who in good wrong; do gpg --quick-generate-key $who@example.com ed25519 sign 0; done
                gpg --export good@example.com > %1$s/good.gpg
                """.formatted(directory));
    }

    private void signByGnupg(String who, Digest manifest) throws IOException, InterruptedException {
        Path signature = directory.resolve("lookaside/team/gpg@sha256=%s/signature-1".formatted(manifest.hex()));
        Files.createDirectories(signature.getParent());
        Path text = directory.resolve("text");
        Files.writeString(text, """
                {"critical": {"identity": {"docker-reference": "%s"}, "image": {"docker-manifest-digest": "%s"},
                  "type": "atomic container signature"}, "optional": {}}""".formatted(name("team/gpg:" + who), manifest));
        inSuite("gpg -u %s@example.com --sign --output %s.new %s".formatted(who, signature, text));
        // At once, as a half-written signature is a wrong one.
        Files.move(Path.of(signature + ".new"), signature);
    }

    private void inSuite(String script) throws IOException, InterruptedException {
        String gpg = """
                gpg() { command gpg -q --batch --passphrase '' --pinentry-mode loopback "$@"; }
                trap 'gpgconf --kill all' EXIT
                """;
        Shell.out(
                Map.of("GNUPGHOME", path("g")),
                List.of("testbed/podman", SUITE, path("signer"), "bash", "-euc", gpg + script));
    }

    private static void cosign(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Shell.out(Map.of(), List.of("testbed/cosign"))));
        command.addAll(List.of(arguments));
        Shell.out(Map.of("COSIGN_PASSWORD", ""), command);
    }

    @Test
    void oldTagsAndThoseDeletedInTheRegistryGo() throws Exception {
        Files.writeString(directory.resolve("policy.toml"), """
                [retention.team]
                repositories = ["%s/team/**"]
                keep-last = 2
                drop-deleted = true
                """.formatted(registry));
        generator.start();
        push("others/app", "1");
        OciImage newest = push("team/app", "1");
        await("the first is published", () -> generator.published().contains(name("team/app:1")));
        for (String tag : List.of("2", "3", "4")) {
            newest = push("team/app", tag);
            // Which is last is said by when it was published, not pushed.
            await(tag + " is published", () -> generator.published().contains(name("team/app:" + tag)));
        }
        Set<String> kept = Set.of(name("others/app:1"), name("team/app:3"), name("team/app:4"));
        await("old tags are gone", () -> generator.published().equals(kept));
        await("and their layers", () -> layers() == kept.size());

        String lie = deletion(newest.digest());
        assertThat(Shell.out(
                        Map.of(),
                        List.of(
                                "curl",
                                "-s",
                                "-o",
                                path("answer"),
                                "-w",
                                "%{http_code}",
                                "-H",
                                "Authorization: Bearer " + Generator.HOOK_SECRET,
                                "-d",
                                lie,
                                generator.hookUrl())))
                .isEqualTo("202");
        await("the lie is looked into", () -> ended() == 6);
        assertThat(generator.published()).isEqualTo(kept);

        upload.delete("team/app", newest.digest());
        await(
                "the deleted one is gone",
                () -> generator.published().equals(Set.of(name("others/app:1"), name("team/app:3"))));
        await("and its layer", () -> layers() == 2);
    }

    private int layers() throws IOException, InterruptedException {
        return generator.get("/v1/layers?limit=1000").required("items").size();
    }

    private String deletion(Digest manifest) {
        return """
                {"events": [{"id": "4f0f2ad5-8a1c-4f4f-8b8d-4f1b6b1e0001", "timestamp": "%s", "action": "delete",
                  "target": {"digest": "%s", "repository": "team/app"}, "request": {"method": "DELETE"}}]}
                """.formatted(Instant.now(), manifest);
    }
}
