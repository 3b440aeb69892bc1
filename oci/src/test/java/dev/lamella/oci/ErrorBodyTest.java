package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorBodyTest {

    private static String describe(String body) {
        return ErrorBody.describe(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsCodeAndMessage() {
        assertThat(describe("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no \\\"way\\\"\"},{\"code\":\"X\"}]}"))
                .isEqualTo(": DENIED \"no \\\"way\\\"\", X \"\"");
        assertThat(describe("{\"error\":\"invalid_grant\"}")).isEqualTo(": \"invalid_grant\"");
    }

    @Test
    void escapesAndShortens() {
        assertThat(describe("{\"errors\":[{\"code\":\"A\",\"message\":\"\\u001b[31m\\n\"}]}"))
                .isEqualTo(": A \"\\u001b[31m\\u000a\"");
        assertThat(describe("x".repeat(5000))).hasSizeLessThan(250).endsWith("...\"");
    }

    @Test
    void keepsQuietAboutNothingAndMarkup() {
        assertThat(describe("")).isEmpty();
        assertThat(describe("<html>nope</html>")).isEmpty();
        assertThat(describe("[]")).isEmpty();
        assertThat(describe("{\"errors\":7}")).isEmpty();
        assertThat(describe("{\"errors\":[7]}")).isEqualTo(":  \"\"");
    }
}
