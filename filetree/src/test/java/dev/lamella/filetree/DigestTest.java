package dev.lamella.filetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    private static final String OF_ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void computesAndMatches() {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        assertThat(Digest.sha256Of(abc)).isEqualTo(Digest.parse(OF_ABC));
        assertThat(Digest.parse(OF_ABC).matches(abc)).isTrue();
        assertThat(Digest.parse(OF_ABC).matches(new byte[0])).isFalse();
        assertThat(Digest.ofSha256(Digest.parse(OF_ABC).bytes())).hasToString(OF_ABC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256",
                "sha256:",
                "sha256:ba78",
                "md5:900150983cd24fb0d6963f7d28e17f72",
                "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "sha256:../7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad ",
            })
    void refusesWhatIsNoDigest(String text) {
        assertThatExceptionOfType(MalformedDigestException.class)
                .isThrownBy(() -> Digest.parse(text))
                .withMessageContaining("malformed digest");
    }
}
