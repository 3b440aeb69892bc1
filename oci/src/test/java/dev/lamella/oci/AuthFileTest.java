package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthFileTest {

    @TempDir
    private Path directory;

    private Optional<Credentials> find(String json, String name) throws Exception {
        return new AuthFile(Files.writeString(directory.resolve("auth.json"), json)).find(name);
    }

    @ParameterizedTest
    @CsvSource({
        "quay.io/team/app, team:1",
        "quay.io/team/app/deep, team:1",
        "quay.io/teamwork/app, host:2",
        "quay.io/other/app, host:2",
        "docker.io/library/debian, hub:3",
        "old.io/x, old:4",
        "none.io/x, ''",
        "quay.io:5000/x, ''",
    })
    void theMostPreciseEntryCounts(String name, String expected) throws Exception {
        // team:1, host:2, hub:3, old:4
        String json = """
                {"auths":{"quay.io":{"auth":"aG9zdDoy"},"quay.io/team":{"auth":"dGVhbTox"},"https://index.docker.io/v1/":{"auth":"aHViOjM="},
                 "https://old.io":{"auth":"b2xkOjQ="},"empty.io":{}}}""";
        String found = find(json, name)
                .map(c -> ((Credentials.Password) c).user() + ":" + ((Credentials.Password) c).password())
                .orElse("");
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void tokensPaddingAndSecretsThatAreNotShown() throws Exception {
        assertThat(find("{\"auths\":{\"a.io\":{\"identitytoken\":\"T\"}}}", "a.io/x"))
                .hasValue(new Credentials.IdentityToken("T"))
                .hasValueSatisfying(c -> assertThat(c).hasToString("identity token ***"));
        // u:p followed by two NUL
        assertThat(find("{\"auths\":{\"a.io\":{\"auth\":\"dTpwAAA=\"}}}", "a.io/x"))
                .hasValue(new Credentials.Password("u", "p"))
                .hasValueSatisfying(c -> assertThat(c).hasToString("u:***"));
        assertThat(new AuthFile(directory.resolve("missing")).find("a.io/x")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"auths\":[]}",
                "{\"auths\":{\"a.io\":7}}",
                "{\"auths\":{\"a.io\":{\"auth\":\"!!\"}}}",
                "{\"auths\":{\"a.io\":{\"auth\":\"c2VjcmV0\"}}}",
                "{\"credHelpers\":{\"a.io\":\"../../bin/sh\"}}",
                "{\"credHelpers\":{\"a.io\":\"no-such-helper-is-installed\"}}"
            })
    void refusesAndKeepsSecrets(String json) {
        assertThatThrownBy(() -> find(json, "a.io/x"))
                .isInstanceOfSatisfying(
                        OciException.class, e -> assertThat(e.kind()).isEqualTo(OciException.Kind.CONFIGURATION))
                .message()
                .doesNotContain("secret", "c2VjcmV0");
    }
}
