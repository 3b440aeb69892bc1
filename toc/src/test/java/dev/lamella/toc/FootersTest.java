package dev.lamella.toc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.ZstdChunkedWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FootersTest {

    /** A footer as the specification draws it, one line for each part. */
    private static final String ESTARGZ = String.join(
            "",
            "1f8b0804", // gzip, deflate, with an extra field
            "00000000", // time
            "00ff", // no flags, unknown system
            "1a00", // 26 bytes of extra field
            "5347", // subfield SG
            "1600", // of 22 bytes
            "30303030303030303030306264663031", // the offset, in hexadecimal digits: bdf01
            "53544152475a", // STARGZ
            "010000ffff", // an empty stored block, the last
            "0000000000000000"); // checksum and length of nothing

    @Test
    void estargzFooter() throws TocException {
        byte[] footer = HexFormat.of().parseHex(ESTARGZ);
        assertThat(footer).hasSize(EstargzFooter.SIZE_BYTES).isEqualTo(EstargzWriter.footer(0xbdf01));
        assertThat(EstargzFooter.parse(footer, 0x100000).tocOffset()).isEqualTo(0xbdf01);
        byte[] more = new byte[80];
        System.arraycopy(footer, 0, more, 80 - 51, 51);
        assertThat(EstargzFooter.parse(more, 0x100000).tocOffset()).isEqualTo(0xbdf01);
    }

    @Test
    void everyOtherByteOfAnEstargzFooterIsFixed() throws TocException {
        byte[] good = HexFormat.of().parseHex(ESTARGZ);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x40;
            boolean free = at >= 4 && at < 10;
            if (free) {
                assertThat(EstargzFooter.parse(bad, 0x100000).tocOffset()).isEqualTo(0xbdf01);
            } else {
                assertThatExceptionOfType(TocException.class)
                        .as("byte %d", at)
                        .isThrownBy(() -> EstargzFooter.parse(bad, 0x100000))
                        .withMessageContaining("eStargz footer, the last 51 bytes of the blob");
            }
        }
    }

    @Test
    void estargzFooterPointsIntoTheBlob() {
        byte[] footer = HexFormat.of().parseHex(ESTARGZ);
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> EstargzFooter.parse(footer, 0xbdf01 + 51))
                .withMessageContaining("\"00000000000bdf01\"");
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> EstargzFooter.parse(EstargzWriter.footer(-1), Long.MAX_VALUE))
                .withMessageContaining("ffffffffffffffff");
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> EstargzFooter.parse(new byte[20], 20))
                .withMessageContaining("only 20 bytes");
    }

    private static byte[] chunked(int sizeBytes, int magicAt, String magic, long... numbers) {
        ByteBuffer footer = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : numbers) {
            footer.putLong(number);
        }
        footer.put(magicAt, magic.getBytes(StandardCharsets.US_ASCII));
        byte[] frame = ZstdChunkedWriter.skippable(footer.array());
        byte[] blobEnd = new byte[ZstdChunkedFooter.SIZE_BYTES_MAX];
        System.arraycopy(frame, 0, blobEnd, blobEnd.length - frame.length, frame.length);
        return blobEnd;
    }

    @Test
    void chunkedFooterInAllItsForms() throws TocException {
        var toc = new BlobPart(10, 20, 30);
        var tarSplit = Optional.of(new BlobPart(40, 50, 60));
        assertThat(ZstdChunkedFooter.parse(chunked(64, 56, "GNUlInUx", 10, 20, 30, 1, 40, 50, 60)))
                .isEqualTo(new ZstdChunkedFooter(toc, tarSplit));
        assertThat(ZstdChunkedFooter.parse(chunked(56, 32, "GnUlInUx", 10, 20, 30, 1)))
                .isEqualTo(new ZstdChunkedFooter(toc, Optional.empty()));
        assertThat(ZstdChunkedFooter.parse(chunked(40, 32, "GnUlInUx", 10, 20, 30, 1)))
                .isEqualTo(new ZstdChunkedFooter(toc, Optional.empty()));
    }

    @Test
    void chunkedFooterThatIsNone() {
        byte[] good = chunked(64, 56, "GNUlInUx", 10, 20, 30, 1, 40, 50, 60);
        for (byte[] bad : new byte[][] {
            new byte[0],
            new byte[72],
            Arrays.copyOfRange(good, 1, 72),
            chunked(64, 56, "GNUlInUX", 10, 20, 30, 1),
            chunked(48, 40, "GNUlInUx", 10, 20, 30, 1)
        }) {
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> ZstdChunkedFooter.parse(bad))
                    .withMessageContaining("zstd:chunked footer, the last bytes of the blob: missing");
        }
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> ZstdChunkedFooter.parse(chunked(64, 56, "GNUlInUx", 10, 20, 30, 2)))
                .withMessageContaining("manifest type 2, expected 1");
    }

    @Test
    void chunkedFooterAndAnnotationsAgree() throws TocException {
        ZstdChunkedFooter footer = ZstdChunkedFooter.parse(chunked(64, 56, "GNUlInUx", 10, 20, 30, 1, 40, 50, 60));
        Digest digest = Digest.sha256Of(new byte[0]);
        var toc = new BlobPart(10, 20, 30);
        footer.requireAgreement(new TocClaim.ZstdChunked(digest, toc, Optional.of(new BlobPart(40, 50, 60))));
        footer.requireAgreement(new TocClaim.ZstdChunked(digest, toc, Optional.empty()));
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> footer.requireAgreement(
                        new TocClaim.ZstdChunked(digest, new BlobPart(10, 20, 31), Optional.empty())))
                .withMessageContaining("the TOC is at 10:20:30")
                .withMessageContaining("says 10:20:31");
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> footer.requireAgreement(
                        new TocClaim.ZstdChunked(digest, toc, Optional.of(new BlobPart(40, 50, 61)))))
                .withMessageContaining("tar-split data is at 40:50:60");
    }
}
