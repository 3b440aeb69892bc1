package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistriesConfTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @TempDir
    private Path directory;

    private RegistriesConf conf(String text) throws IOException {
        Path main = Files.writeString(directory.resolve("registries.conf"), text);
        return RegistriesConf.load(List.of(directory.resolve("missing"), main), List.of(directory.resolve("d")));
    }

    private static String endpoints(RegistriesConf conf, String reference) throws OciException {
        return conf.endpoints(Reference.parse(reference)).stream()
                .map(endpoint -> endpoint.name() + (endpoint.insecure() ? "!" : ""))
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "other.io/a:1, other.io/a",
        "plain.io/a/b:1, 10.0.0.1:5000/mirror/a/b! plain.io/a/b",
        "plain.io/a/b@D, 10.0.0.1:5000/mirror/a/b! digests.io/a/b plain.io/a/b",
        "plain.io/deep/x:1, moved.io/base/x",
        "plain.io/deeper/x:1, 10.0.0.1:5000/mirror/deeper/x! plain.io/deeper/x",
        "plain.io:5000/a:1, plain.io:5000/a",
        "x.wild.io/a:1, x.wild.io/a!",
        "y.x.wild.io:7/a:1, y.x.wild.io:7/a!",
        "wild.io/a:1, wild.io/a",
        "x.far.io/a:1, near.io/far/a",
        "exact.io/one:2, exact.io/one",
        "exact.io/one:1, tagged.io/one",
        "debian, docker-mirror.io/library/debian docker.io/library/debian",
    })
    void rewrites(String reference, String expected) throws Exception {
        RegistriesConf conf = conf("""
                [[registry]]
                location = "plain.io"
                [[registry.mirror]]
                location = "10.0.0.1:5000/mirror/"
                insecure = true
                [[registry.mirror]]
                location = "digests.io"
                pull-from-mirror = "digest-only"
                [[registry]]
                prefix = "plain.io/deep"
                location = "moved.io/base"
                [[registry]]
                prefix = "*.wild.io"
                insecure = true
                [[registry]]
                prefix = "*.far.io"
                location = "near.io/far"
                [[registry]]
                prefix = "exact.io/one:1"
                location = "tagged.io/one"
                [[registry]]
                location = "docker.io"
                mirror-by-digest-only = false
                [[registry.mirror]]
                location = "docker-mirror.io"
                """);
        assertThat(endpoints(conf, reference.replace("D", DIGEST))).isEqualTo(expected);
    }

    @Test
    void dropInsReplaceInTheOrderOfTheirNames() throws Exception {
        Path dropIns = Files.createDirectories(directory.resolve("d"));
        Files.writeString(
                dropIns.resolve("1.conf"),
                "[[registry]]\nlocation=\"a.io\"\nblocked=true\n[aliases]\nx=\"q.io/x\"\ny=\"q.io/y\"\n");
        Files.writeString(
                dropIns.resolve("2.conf"), "[[registry]]\nlocation=\"a.io\"\ninsecure=true\n[aliases]\ny=\"\"\n");
        Files.writeString(dropIns.resolve("ignored.txt"), "[[");
        RegistriesConf conf =
                conf("unqualified-search-registries=[\"only.io\"]\n[[registry]]\nlocation=\"b.io\"\nblocked=true\n");
        assertThat(endpoints(conf, "a.io/x")).isEqualTo("a.io/x!");
        assertThatThrownBy(() -> endpoints(conf, "b.io/x"))
                .isInstanceOfSatisfying(
                        OciException.class, e -> assertThat(e.kind()).isEqualTo(OciException.Kind.BLOCKED))
                .hasMessage("b.io/x:latest: registries.conf blocks \"b.io\"");
        assertThat(conf.reference("x:5")).hasToString("q.io/x:5");
        assertThat(conf.reference("x@" + DIGEST)).hasToString("q.io/x@" + DIGEST);
        assertThat(conf.reference("y")).hasToString("only.io/y:latest");
        assertThat(conf.reference("z/y:1")).hasToString("only.io/z/y:1");
        assertThat(conf.reference("quay.io/x")).hasToString("quay.io/x:latest");
        assertThat(RegistriesConf.EMPTY.reference("x")).hasToString("docker.io/library/x:latest");
    }

    @Test
    void ambiguousShortNamesAreNotGuessed() throws Exception {
        RegistriesConf conf = conf("unqualified-search-registries=[\"a.io\",\"b.io\"]");
        assertThatThrownBy(() -> conf.reference("x:1")).hasMessageEndingWith("say which: a.io/x:1, b.io/x:1");
    }

    @Test
    void leavesOutWhatLeadsToAnAddress() throws Exception {
        RegistriesConf conf = conf("""
                [[registry]]
                location="a.io"
                [[registry.mirror]]
                location="LOCALHOST:5320/a.io"
                insecure=true
                [[registry.mirror]]
                location="m.io/a"
                [[registry]]
                prefix="b.io"
                location="127.0.0.1:5320/b.io"
                insecure=true
                [[registry.mirror]]
                location="127.0.0.1:53201/b.io"
                """).withoutEndpointsAt(java.util.Set.of("127.0.0.1:5320", "localhost:5320"));
        assertThat(endpoints(conf, "a.io/x")).isEqualTo("m.io/a/x a.io/x");
        assertThat(endpoints(conf, "b.io/x")).isEqualTo("127.0.0.1:53201/b.io/x b.io/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[registry]]\\ninsecure=true | registry[0].location: missing",
                "[[registry]]\\nprefix=\"a.io\" | registry[0].location: missing",
                "[[registry]]\\nlocation=\"https://a.io\" | has no scheme",
                "[[registry]]\\nlocation=5 | registry[0].location: expected a text",
                "[[registry]]\\nlocation=\"a.io\"\\nblocked=\"yes\" | registry[0].blocked: expected true or false",
                "[[registry]]\\nprefix=\"a*.io\" | may only stand for hosts",
                "[[registry]]\\nprefix=\"*.a.io/b\" | may only stand for hosts",
                "[[registry]]\\nlocation=\"a.io\"\\n[[registry.mirror]]\\ninsecure=true | mirror[0].location: missing",
                "[[registry]]\\nlocation=\"a.io\"\\n[[registry.mirror]]\\nlocation=\"b\"\\npull-from-mirror=\"x\" | expected all, digest-only or tag-only",
                "[[registry]]\\nlocation=\"a.io\"\\nmirror-by-digest-only=true\\n[[registry.mirror]]\\nlocation=\"b\"\\npull-from-mirror=\"all\" | cannot be set beside",
                "registry=\"a.io\" | registry: expected a list",
                "unqualified-search-registries=\"a\" | expected a list",
                "unqualified-search-registries=[1] | expected a list of texts",
                "[registries.search]\\nregistries=[] | version 1",
                "[[registry]\\n | line 1",
            })
    void refuses(String text, String part) {
        assertThatThrownBy(() -> conf(text.replace("\\n", "\n")))
                .isInstanceOfSatisfying(
                        OciException.class, e -> assertThat(e.kind()).isEqualTo(OciException.Kind.CONFIGURATION))
                .hasMessageContainingAll("registries.conf", part);
    }
}
