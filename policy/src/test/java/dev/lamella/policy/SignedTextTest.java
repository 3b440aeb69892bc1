package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What signatures say, and the form in which they lie in a lookaside. */
class SignedTextTest {

    private static final Digest DIGEST = Digest.sha256Of(new byte[0]);
    private static final String TEXT =
            Signer.text(SignedText.SIMPLE, DIGEST, "a:b").replace("null", "{}");

    private static SignedText parse(String text, String type) throws InvalidSignatureException {
        return SignedText.parse(text.getBytes(StandardCharsets.UTF_8), type);
    }

    @Test
    void theTextIsReadWhole() throws Exception {
        var said = new SignedText(DIGEST, "a:b");
        assertThat(parse(TEXT, SignedText.SIMPLE)).isEqualTo(said);
        assertThat(parse(
                        TEXT.replace("{}", "{\"creator\":\"c\",\"timestamp\":1.7e9,\"other\":[{}]}"),
                        SignedText.SIMPLE))
                .isEqualTo(said);
        assertThat(parse(TEXT.replace("{}", "{\"creator\":null,\"timestamp\":null}"), SignedText.SIMPLE))
                .isEqualTo(said);
        assertThat(parse(Signer.text(SignedText.SIGSTORE, DIGEST, "a:b"), SignedText.SIGSTORE))
                .isEqualTo(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | null | optional: expected an object, found null",
                "{} | {\"creator\":1} | optional.creator",
                "{} | {\"timestamp\":\"1\"} | optional.timestamp",
                "{} | {\"timestamp\":1.5} | optional.timestamp",
                "{} | {},\"x\":1 | x: unknown key",
                "{} | {},\"critical\":{} | uplicate",
                "\"type\" | \"typ\" | critical.typ: unknown key",
                "\"type\": | \"type\":\"x\",\"type\": | uplicate",
                "atomic | atomoc | critical.type: \"atomoc container signature\"",
                "docker-reference | docker-referenc | critical.identity.docker-referenc: unknown key",
                "\"a:b\" | null | critical.identity.docker-reference: expected a text, found null",
                "\"a:b\" | \"a:b\",\"x\":1 | critical.identity.x: unknown key",
                "sha256: | sha257: | critical.image.docker-manifest-digest",
                "sha256:e3 | sha256:E3 | critical.image.docker-manifest-digest",
                "{\"docker-manifest-digest\" | {\"x\":1,\"docker-manifest-digest\" | critical.image.x: unknown key",
            })
    void aTextWithASlipOfThePenIsWorthless(String part, String other, String why) {
        assertThat(TEXT).contains(part);
        assertThatThrownBy(() -> parse(TEXT.replace(part, other), SignedText.SIMPLE))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aTextThatIsNotUtf8IsWorthless() {
        byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
        text[text.length / 2] = (byte) 0xff;
        assertThatThrownBy(() -> SignedText.parse(text, SignedText.SIMPLE)).hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x88, 0x8b, 0x90, 0x91, 0xa0, 0xa3, 0xc2, 0xc4, 0xc8})
    void anOpenPgpMessageIsKnownByItsFirstByte(int first) throws InvalidSignatureException {
        ByteString blob = ByteString.of(new byte[] {(byte) first, 1});
        assertThat(SignatureBlob.parse(blob)).isEqualTo(new ImageSignature.Simple(blob));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "-----BEGIN PGP MESSAGE-----", "{", "\u0000x", "\u0000\n", "\u0000other\nx"})
    void whatIsNoSignatureIsRefused(String text) {
        assertThatThrownBy(() -> SignatureBlob.parse(ByteString.utf8(text)))
                .isInstanceOf(InvalidSignatureException.class);
    }

    @Test
    void otherFormatsAreNamed() throws InvalidSignatureException {
        assertThat(SignatureBlob.parse(ByteString.utf8("\u0000simple-signing\nabc")))
                .isEqualTo(new ImageSignature.Simple(ByteString.utf8("abc")));
        assertThat(
                        SignatureBlob.parse(
                                ByteString.utf8(
                                        "\u0000sigstore-json\n{\"mimeType\":\"m\",\"payload\":\"eA==\",\"annotations\":{\"a\":\"b\"}}")))
                .isEqualTo(new ImageSignature.Sigstore("m", ByteString.utf8("x"), Map.of("a", "b")));
        for (String wrong : new String[] {"{}", "{\"mimeType\":\"m\",\"payload\":\"*\",\"annotations\":{}}", "x"}) {
            assertThatThrownBy(() -> SignatureBlob.parse(ByteString.utf8("\u0000sigstore-json\n" + wrong)))
                    .isInstanceOf(InvalidSignatureException.class);
        }
    }
}
