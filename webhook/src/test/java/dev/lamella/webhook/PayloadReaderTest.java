package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PayloadReaderTest {

    private final PayloadReader reader = new PayloadReader(WebhookLimits.DEFAULT);

    private static List<Arguments> bad() {
        int nesting = WebhookLimits.DEFAULT.nesting() + 1;
        return List.of(
                arguments("body: expected an object, found nothing", utf8("")),
                arguments("not valid JSON", utf8("no JSON")),
                arguments("body: expected an object, found a text", utf8("\"text\"")),
                arguments("body at line 2 column 6: not valid JSON", utf8("{\n\"a\": }")),
                arguments("Duplicate", utf8("{\"a\": 1, \"a\": 2}")),
                arguments("Trailing", utf8("{} {}")),
                arguments("exceeds the maximum", utf8("{\"a\": " + "1".repeat(65) + "}")),
                arguments("exceeds the maximum", utf8("[".repeat(nesting) + "]".repeat(nesting))),
                arguments("body: not UTF-8", "{\"a\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1)),
                arguments("body: not UTF-8", "{}".getBytes(StandardCharsets.UTF_16)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatIsWrongAndWhere(String message, byte[] json) {
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> reader.read(json, "body"))
                .satisfies(e -> assertThat("%s: %s".formatted(e.where(), e.reason()))
                        .startsWith("body")
                        .contains(message));
    }

    @Test
    void aTextMayBeAsLongAsTheBody() throws MalformedPayloadException {
        String json = "{\"unused\": \"%s\", \"used\": \"é\"}".formatted("x".repeat(1_000_000));
        assertThat(reader.read(utf8(json), "body").text("used")).isEqualTo("é");
    }
}
