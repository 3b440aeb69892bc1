package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.volume.BadSignatureException;
import dev.lamella.volume.Compression;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.MalformedSignatureException;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.UnknownKeyException;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedRecordsTest {

    private static final SigningKey KEY = SigningKey.generate();
    private static final TrustedKeys TRUSTED = TrustedKeys.of(KEY);

    private static byte[] blobRecord() {
        var image = TestVolumes.image("x", List.of(TestVolumes.diffId(new byte[0])));
        var layer = image.layers().get(0);
        var blob = new BlobRecord(layer.blobDigest(), 5, Compression.GZIP, layer.diffId(), Optional.empty());
        return SignedRecords.sign(KEY, SignatureKind.BLOB, blob.toJson());
    }

    private static BlobRecord parse(byte[] content) throws IOException {
        return BlobRecord.parse(SignedRecords.parse(content, SignatureKind.BLOB, TRUSTED, "blob"));
    }

    @Test
    void readsWhatItWrites() throws IOException {
        assertThat(parse(blobRecord()).sizeBytes()).isEqualTo(5);
        assertThat(new String(blobRecord(), StandardCharsets.US_ASCII))
                .startsWith("lamella-signed-record 1 " + KEY.keyId() + " ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "empty,'',MalformedSignature",
        "no line end,lamella-signed-record 1 abc,MalformedSignature",
        "other version,lamella-signed-record 2 ,MalformedSignature",
        "short key id,'lamella-signed-record 1 abc AAAA\n{}',MalformedSignature",
        "only JSON,'{\"blobDigest\":1}\n',MalformedSignature",
    })
    void badFirstLine(String name, String content, String error) {
        assertThatThrownBy(() -> parse(content.getBytes(StandardCharsets.US_ASCII)))
                .as(name)
                .isInstanceOf(VolumeException.class)
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(error + "Exception"));
    }

    @Test
    void faultsAreToldApart() {
        byte[] good = blobRecord();
        assertThatThrownBy(() -> SignedRecords.parse(good, SignatureKind.REFERENCE, TRUSTED, "r"))
                .isInstanceOf(BadSignatureException.class);
        TrustedKeys others = TrustedKeys.of(SigningKey.generate());
        assertThatThrownBy(() -> SignedRecords.parse(good, SignatureKind.BLOB, others, "r"))
                .isInstanceOf(UnknownKeyException.class);
        byte[] signedNonsense = SignedRecords.sign(KEY, SignatureKind.BLOB, new byte[] {'['});
        assertThatThrownBy(() -> parse(signedNonsense)).isInstanceOf(MalformedDocumentException.class);
        byte[] huge = SignedRecords.sign(KEY, SignatureKind.BLOB, new byte[SignedRecords.SIZE_BYTES_MAX]);
        assertThatThrownBy(() -> parse(huge))
                .isInstanceOf(MalformedSignatureException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void noBitIsFree() {
        byte[] good = blobRecord();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> parse(bad)).as("bit %d", bit).isInstanceOf(VolumeException.class);
        }
    }

    @Test
    void mutationsGiveDeclaredErrorsOnly() {
        byte[] blob = blobRecord();
        byte[] image = ImageCodec.toJson(TestVolumes.image("x", List.of(TestVolumes.diffId(new byte[0]))));
        byte[] reference = new ReferenceRecord(
                        "quay.io/x:1", TestVolumes.diffId(new byte[0]), Optional.of(TestVolumes.diffId(new byte[1])))
                .toJson();
        Fuzz.run(500, random -> {
            try {
                parse(Mutations.mutate(random, blob));
            } catch (VolumeException e) {
                assertThat(e).hasMessageContaining("blob");
            }
            // Signed nonsense: what a parser sees if a trusted signer errs.
            byte[] signedImage = SignedRecords.sign(KEY, SignatureKind.IMAGE, Mutations.mutate(random, image));
            try {
                ImageCodec.parse(SignedRecords.parse(signedImage, SignatureKind.IMAGE, TRUSTED, "image"), 10);
            } catch (MalformedDocumentException e) {
                assertThat(e.file()).isEqualTo("image");
            }
            byte[] signed = SignedRecords.sign(KEY, SignatureKind.REFERENCE, Mutations.mutate(random, reference));
            try {
                ReferenceRecord.parse(SignedRecords.parse(signed, SignatureKind.REFERENCE, TRUSTED, "ref"));
            } catch (MalformedDocumentException e) {
                assertThat(e.file()).isEqualTo("ref");
            }
        });
    }
}
