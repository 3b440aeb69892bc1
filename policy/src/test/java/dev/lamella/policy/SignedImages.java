package dev.lamella.policy;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A registry with images that the real tools have signed, rightly and wrongly; each image is named for what is special about it. */
final class SignedImages implements Closeable {

    /** The suite whose tools sign, where nothing else is said. */
    private static final String SIGNER = "trixie";

    private static final String LONG_AGO = "--faked-system-time '20240102T000000!'";

    final Tools tools;
    private final TestRegistry source = TestRegistry.start();
    private final Set<String> names = new TreeSet<>();

    SignedImages(List<String> suites) throws IOException, InterruptedException {
        tools = new Tools();
        for (String suite : suites) {
            tools.prepare(suite, source.address());
        }
        Files.writeString(
                tools.registriesDirectory().resolve("test.yaml"),
                "docker:\n  \"%s\":\n    lookaside: file://%s/sigs\n    use-sigstore-attachments: true\n"
                        .formatted(tools.registry, tools.directory));
        Files.writeString(tools.directory.resolve("empty"), "");
        tools.in("bookworm", """
                gpg -q --batch --passphrase '' --quick-generate-key rsa@example.com rsa2048 sign 0
                gpg -q --export --armor > %1$s/rsa.asc
                gpg -q --export > %1$s/rsa.gpg
                """.formatted(tools.directory));
        script("keys.sh");
        signByCosign();
        signByEngines();
        signByGnupg();
        script("revoke.sh");
        tools.in(SIGNER, "cd %s; cat rsa.gpg keys.gpg revoked.gpg > all.gpg".formatted(tools.directory));
    }

    /** Returns the images' tags. */
    Set<String> names() {
        return names;
    }

    private void script(String name) throws IOException, InterruptedException {
        Path script = tools.directory.resolve(name);
        try (InputStream in = SignedImages.class.getResourceAsStream(name)) {
            Files.write(script, in.readAllBytes());
        }
        tools.in(SIGNER, "bash %s %s".formatted(script, tools.directory));
    }

    private static OciImage image(String name) {
        return OciImages.oci(new TarBytes().file("name", name).end());
    }

    /** Puts an image into the registry; skopeo may sign it on its way. */
    private OciImage push(String name, OciImage image, String suite, String options)
            throws IOException, InterruptedException {
        names.add(name);
        tools.in(
                suite,
                "skopeo copy -q --all --preserve-digests --src-tls-verify=false --dest-tls-verify=false %s docker://%s docker://%s"
                        .formatted(options, source.push("team/app", name, image), tools.name(name)));
        return image;
    }

    private OciImage push(String name) throws IOException, InterruptedException {
        return push(name, image(name), SIGNER, "");
    }

    private void signByEngines() throws IOException, InterruptedException {
        push("unsigned");
        push("skopeo-bookworm", image("skopeo-bookworm"), "bookworm", "--sign-by rsa@example.com");
        push("skopeo-trixie", image("skopeo-trixie"), SIGNER, "--sign-by good@example.com");
        push("skopeo-other", image("skopeo-other"), SIGNER, "--sign-by other@example.com");
        String sigstore = "--sign-by-sigstore-private-key %1$s/cosign.key --sign-passphrase-file %1$s/empty"
                .formatted(tools.directory);
        push("sigstore-skopeo", image("sigstore-skopeo"), SIGNER, sigstore);
        OciImage both = push("both", image("both"), SIGNER, sigstore);
        gnupg(both, 1, text(both.digest(), "both"), "-u good@example.com");
        String pulled = source.push("team/app", "podman", image("podman"));
        names.add("podman");
        tools.in(
                SIGNER,
                "podman pull -q %1$s && podman push -q --sign-by good@example.com %1$s docker://%2$s"
                        .formatted(pulled, tools.name("podman")));
    }

    private void signByCosign() throws IOException, InterruptedException {
        for (String key : List.of("cosign", "cosign-other")) {
            cosign(
                    "generate-key-pair",
                    "--output-key-prefix",
                    tools.directory.resolve(key).toString());
        }
        for (String name : List.of("cosign", "cosign-identity", "cosign-other", "cosign-second")) {
            OciImage image = push(name);
            if (name.equals("cosign-other") || name.equals("cosign-second")) {
                sign("cosign-other", image);
            }
            if (name.equals("cosign-identity")) {
                sign("cosign", image, "--sign-container-identity", tools.name(name));
            } else if (!name.equals("cosign-other")) {
                sign("cosign", image);
            }
        }
        for (String name : List.of("index", "index-recursive")) {
            OciImage index = OciImages.index(
                    List.of("linux/amd64", "linux/arm64"),
                    List.of(
                            image(name),
                            new OciImages()
                                    .platform("linux/arm64")
                                    .layer(new TarBytes().file("arm", name).end())
                                    .build()));
            push(name, index, SIGNER, "");
            sign("cosign", index, name.equals("index") ? new String[0] : new String[] {"--recursive"});
        }
    }

    private void sign(String key, OciImage image, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "sign",
                "--yes",
                "--tlog-upload=false",
                "--key",
                tools.directory.resolve(key + ".key").toString()));
        command.addAll(Arrays.asList(options));
        command.add("%s/team/app@%s".formatted(tools.registry, image.digest()));
        cosign(command.toArray(String[]::new));
    }

    private void cosign(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(tools.run("testbed/cosign")));
        command.addAll(Arrays.asList(arguments));
        tools.run(command.toArray(String[]::new));
    }

    private String text(Digest manifest, String tag) {
        return Signer.text(SignedText.SIMPLE, manifest, tools.name(tag)).replace("null", "{}");
    }

    /** Signs a text as engines do, with other options. */
    private Path gnupg(OciImage image, int number, String text, String options)
            throws IOException, InterruptedException {
        Path signature = tools.signature(image, number);
        Path file = Files.writeString(tools.directory.resolve("text"), text);
        tools.in(
                SIGNER,
                "gpg -q --batch --yes %s --output %s %s %s"
                        .formatted(options, signature, options.contains("--clearsign") ? "" : "--sign", file));
        return signature;
    }

    private void signByGnupg() throws IOException, InterruptedException {
        for (List<String> each : List.of(
                List.of("plain", "-u good@example.com"),
                List.of("uncompressed", "-z 0 -u good@example.com"),
                List.of("bzip2", "--compress-algo bzip2 -u good@example.com"),
                List.of("textmode", "--textmode -u good@example.com"),
                List.of("sha1", "--digest-algo SHA1 -u good@example.com"),
                List.of("clearsigned", "--clearsign -u good@example.com"),
                List.of("armored", "--armor -u good@example.com"),
                List.of("notation", "--sig-notation '!note@example.com=x' -u good@example.com"),
                List.of("two-in-one", "-u good@example.com -u other@example.com"),
                List.of(
                        "subkey",
                        "-u "
                                + Files.readString(tools.directory.resolve("subkey.id"))
                                        .strip()),
                List.of(
                        "subkey-revoked",
                        "-u "
                                + Files.readString(tools.directory.resolve("subrevoked.id"))
                                        .strip()),
                List.of("key-revoked", "-u revoked@example.com"),
                List.of("key-expired", LONG_AGO + " -u expired@example.com"),
                List.of("key-aged", LONG_AGO + " -u aged@example.com"),
                List.of("signature-expired", LONG_AGO + " --default-sig-expire 1d -u aged@example.com"))) {
            OciImage image = push(each.getFirst());
            gnupg(image, 1, text(image.digest(), each.getFirst()), each.getLast());
        }
        String good = "-u good@example.com";
        OciImage second = push("second");
        gnupg(second, 1, text(second.digest(), "second"), "-u other@example.com");
        gnupg(second, 2, text(second.digest(), "second"), good);
        OciImage otherTag = push("other-tag");
        gnupg(otherTag, 1, text(otherTag.digest(), "unsigned"), good);
        OciImage otherImage = push("other-image");
        gnupg(otherImage, 1, text(second.digest(), "other-image"), good);
        OciImage unknown = push("unknown-key-of-text");
        gnupg(
                unknown,
                1,
                text(unknown.digest(), "unknown-key-of-text").replace("\"optional\"", "\"x\":1,\"optional\""),
                good);
        OciImage truncated = push("truncated");
        Path cut = gnupg(truncated, 1, text(truncated.digest(), "truncated"), good + " -z 0");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), (int) Files.size(cut) - 20));
        for (String name : List.of("trailing", "trailing-uncompressed", "twice")) {
            OciImage image = push(name);
            Path file = gnupg(
                    image, 1, text(image.digest(), name), name.equals("trailing-uncompressed") ? good + " -z 0" : good);
            Files.write(
                    file,
                    name.equals("twice") ? Files.readAllBytes(file) : new byte[] {1, 2, 3},
                    StandardOpenOption.APPEND);
        }
        Files.writeString(tools.signature(push("garbage"), 1), "<html>not found</html>");
    }

    @Override
    public void close() throws IOException {
        source.close();
        tools.close();
    }
}
