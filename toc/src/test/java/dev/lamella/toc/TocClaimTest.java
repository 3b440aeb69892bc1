package dev.lamella.toc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.Digest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TocClaimTest {

    private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});
    private static final long BLOB_BYTES = 10_000;

    private static Optional<TocClaim> read(Map<String, String> annotations) throws TocException {
        return TocClaim.read(annotations, BLOB_BYTES, TocLimits.DEFAULT);
    }

    @Test
    void mostLayersClaimNothing() throws TocException {
        assertThat(read(Map.of())).isEmpty();
        assertThat(read(Map.of("org.opencontainers.image.title", "x"))).isEmpty();
        assertThat(read(Map.of("io.containers.zstd-chunked.manifest-checksum", DIGEST.toString())))
                .as("the key of Podman 4.3, which engines do not look at any more")
                .isEmpty();
    }

    @Test
    void estargz() throws TocException {
        assertThat(read(Map.of(TocClaim.ESTARGZ_DIGEST, DIGEST.toString()))).contains(new TocClaim.Estargz(DIGEST));
    }

    @Test
    void zstdChunked() throws TocException {
        assertThat(read(Map.of(
                        TocClaim.ZSTD_CHUNKED_DIGEST, DIGEST.toString(),
                        TocClaim.ZSTD_CHUNKED_POSITION, "8000:700:9000:1",
                        TocClaim.ZSTD_CHUNKED_TAR_SPLIT, "8708:200:300")))
                .contains(new TocClaim.ZstdChunked(
                        DIGEST, new BlobPart(8000, 700, 9000), Optional.of(new BlobPart(8708, 200, 300))));
    }

    @Test
    void bothAtOnce() {
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(Map.of(
                        TocClaim.ESTARGZ_DIGEST, DIGEST.toString(), TocClaim.ZSTD_CHUNKED_DIGEST, DIGEST.toString())))
                .withMessageContaining("annotations containerd.io/snapshot/stargz/toc.digest and io.github")
                .withMessageContaining("not both");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "md5:00, unknown algorithm",
                "sha256:ABC, expected 64",
                "'', expected ALGORITHM:HEX",
            })
    void badDigests(String digest, String message) {
        for (String key : new String[] {TocClaim.ESTARGZ_DIGEST, TocClaim.ZSTD_CHUNKED_DIGEST}) {
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> read(Map.of(key, digest)))
                    .withMessageContaining("annotation " + key)
                    .withMessageContaining(message);
        }
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(Map.of(TocClaim.ESTARGZ_DIGEST, "sha512:" + "0".repeat(128))))
                .withMessageContaining("expected a sha256 digest");
    }

    @ParameterizedTest
    @CsvSource({
        "8000:700:9000, 'expected OFFSET:SIZE:UNCOMPRESSED-SIZE:1, found \"8000:700:9000\"'",
        "8000:700:9000:2, expected OFFSET",
        "-1:700:9000:1, expected OFFSET",
        "8000:99999999999999999999:9000:1, expected OFFSET",
        "8000:700:9000:1 , ''",
        "7:700:9000:1, not between the first frame and the footer of a blob of 10000 bytes",
        "8000:0:9000:1, not between",
        "8000:1953:9000:1, bytes 8000 to 9953",
        "999999999999999999:1:1:1, not between",
        "8000:700:157286401:1, beyond the limit sizeBytesMax of 157286400",
        "8000:157286401:1:1, beyond the limit sizeBytesMax",
    })
    void badPositions(String position, String message) throws TocException {
        Map<String, String> annotations = Map.of(
                TocClaim.ZSTD_CHUNKED_DIGEST, DIGEST.toString(), TocClaim.ZSTD_CHUNKED_POSITION, position.strip());
        if (message.isEmpty()) {
            assertThat(read(annotations)).isPresent();
            return;
        }
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(annotations))
                .withMessageContaining("annotation " + TocClaim.ZSTD_CHUNKED_POSITION)
                .withMessageContaining(message);
    }

    @Test
    void positionIsNeeded() {
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(Map.of(TocClaim.ZSTD_CHUNKED_DIGEST, DIGEST.toString())))
                .withMessageContaining("manifest-position: missing");
    }

    @Test
    void tarSplitDataLiesInTheBlobToo() {
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(Map.of(
                        TocClaim.ZSTD_CHUNKED_DIGEST, DIGEST.toString(),
                        TocClaim.ZSTD_CHUNKED_POSITION, "8000:700:9000:1",
                        TocClaim.ZSTD_CHUNKED_TAR_SPLIT, "9990:200:300")))
                .withMessageContaining("annotation " + TocClaim.ZSTD_CHUNKED_TAR_SPLIT);
    }
}
