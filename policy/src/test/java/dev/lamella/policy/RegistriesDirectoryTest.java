package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistriesDirectoryTest {

    private static final Digest DIGEST = Digest.sha256Of(new byte[0]);

    @TempDir
    private Path directory;

    private RegistriesDirectory load() throws IOException {
        return RegistriesDirectory.load(directory, Path.of("/default/sig store"), SignatureLimits.DEFAULT);
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(directory.resolve(name), yaml);
    }

    private static String first(RegistriesDirectory configuration, String reference) throws IOException {
        return configuration
                .lookaside(reference(reference))
                .signature(DIGEST, 1)
                .toString();
    }

    private static Reference reference(String text) throws OciException {
        return Reference.parse(text);
    }

    @Test
    void withoutAnythingTheDefaultLookasideCounts() throws IOException {
        URI address = load().lookaside(reference("quay.io/team/app:1")).signature(DIGEST, 3);
        assertThat(address.getPath())
                .isEqualTo("/default/sig store/team/app@sha256=%s/signature-3".formatted(DIGEST.hex()));
        assertThat(load().usesAttachments(reference("quay.io/team/app:1"))).isFalse();
        RegistriesDirectory missing =
                RegistriesDirectory.load(directory.resolve("none"), Path.of("/default"), SignatureLimits.DEFAULT);
        assertThat(missing.usesAttachments(reference("a"))).isFalse();
    }

    @Test
    void theMostSpecificScopeThatSaysSomethingCounts() throws IOException {
        write("a.yaml", """
                default-docker:
                  lookaside: https://default.example/x
                  use-sigstore-attachments: true
                docker:
                  quay.io:
                    lookaside: file:///quay
                  quay.io/team:
                    use-sigstore-attachments: false
                    unknown: [1, 2]
                """);
        write("b.yaml", """
                docker:
                  "quay.io/team/app:1":
                    sigstore: http://old.example:8080/
                  "*.example.com":
                    lookaside: file:///wild
                    sigstore: file:///not-this
                """);
        write("c.yml", "docker: nonsense");
        write("d.yaml", "");
        RegistriesDirectory configuration = load();
        String end = "@sha256=%s/signature-1".formatted(DIGEST.hex());
        assertThat(first(configuration, "quay.io/team/app:1")).isEqualTo("http://old.example:8080//team/app" + end);
        assertThat(first(configuration, "quay.io/team/app:2")).isEqualTo("file:/quay/team/app" + end);
        assertThat(first(configuration, "a.example.com:5000/b")).isEqualTo("file:/wild/b" + end);
        assertThat(first(configuration, "debian")).isEqualTo("https://default.example/x/library/debian" + end);
        assertThat(configuration.usesAttachments(reference("quay.io/team/app:1")))
                .isFalse();
        assertThat(configuration.usesAttachments(reference("quay.io/other"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "docker: 1 | docker: expected keys with values",
                "docker: {a: 1} | docker.\"a\": expected keys with values",
                "docker: {a: {lookaside: 1}} | docker.\"a\".lookaside: expected a text",
                "default-docker: {use-sigstore-attachments: 1} | default-docker.use-sigstore-attachments: expected true or false",
                "default-docker: {sigstore: []} | default-docker.sigstore: expected a text",
                "docker: {a: {}, a: {}} | not valid YAML",
                "docker: { | not valid YAML",
                "[] | expected keys with values",
                "text | expected keys with values",
                "a: !!java.lang.Runtime {} | not valid YAML",
            })
    void aFileThatIsWrongIsAnError(String yaml, String why) throws IOException {
        write("a.yaml", yaml);
        assertThatThrownBy(this::load)
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith(directory.resolve("a.yaml").toString())
                .hasMessageContaining(why);
    }

    @Test
    void aFileThatGrowsWithoutEndIsAnError() throws IOException {
        var yaml = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        write("a.yaml", yaml.toString());
        assertThatThrownBy(this::load).isInstanceOf(PolicyException.class).hasMessageContaining("not valid YAML");
        write("a.yaml", "#".repeat(SignatureLimits.DEFAULT.policyBytes() + 1));
        assertThatThrownBy(this::load).hasMessageContaining("larger than 4194304 bytes");
        Files.write(directory.resolve("a.yaml"), "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::load).hasMessageContaining("not UTF-8");
    }

    @Test
    void theSameScopeInTwoFilesIsAnError() throws IOException {
        write("a.yaml", "docker: {a.b: {lookaside: 'file:///a'}}");
        write("b.yaml", "docker: {a.b: {lookaside: 'file:///b'}}");
        assertThatThrownBy(this::load)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("b.yaml: docker.\"a.b\": ")
                .hasMessageContaining("a.yaml: docker.\"a.b\" has it too");
        write("a.yaml", "default-docker: {}");
        write("b.yaml", "default-docker: {}");
        assertThatThrownBy(this::load).hasMessageContaining("has it too; say it once");
    }

    @Test
    void thereMayNotBeAnyNumberOfFiles() throws IOException {
        write("a.yaml", "");
        write("b.yaml", "");
        var limits = new SignatureLimits(9, 1, 9, 9, 9, 9, 9);
        assertThatThrownBy(() -> RegistriesDirectory.load(directory, directory, limits))
                .hasMessageContaining("more than 1 files");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative/path",
                "/absolute/path",
                "ftp://a/b",
                "file://host/path",
                "http:///path",
                "http:opaque",
                "https://user:secret@a/b",
                "http://a b/",
                "file:"
            })
    void aLookasideIsAnAddressThatIsUnderstood(String address) throws IOException {
        write("a.yaml", "default-docker: {lookaside: \"%s\"}".formatted(address));
        RegistriesDirectory configuration = load();
        assertThatThrownBy(() -> configuration.lookaside(reference("a")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("a.yaml: default-docker: \"" + address + "\"");
    }
}
