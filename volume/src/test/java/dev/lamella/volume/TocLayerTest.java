package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.tar.TarFormatException;
import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TocBlob;
import dev.lamella.testkit.ZstdChunkedWriter;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocException;
import dev.lamella.toc.TocLimitException;
import dev.lamella.toc.TocLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers with a table of contents: in one pass, checked, and refused without a trace if anything is wrong. */
class TocLayerTest {

    private static final LayerLimits LIMITS = LayerLimits.DEFAULT.withFreeSpaceFloor(0);

    @TempDir
    Path directory;

    private static TarEntry[] entries() {
        byte[] large = new byte[700_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 ^ i >> 9);
        }
        return new TarEntry[] {
            TarEntry.directory("usr/"),
            TarEntry.file("usr/small", "hello"),
            TarEntry.file("usr/large", large),
            TarEntry.hardLink("usr/other", "usr/small"),
            TarEntry.file("etc/.wh.motd", ""),
        };
    }

    private static TocBlob estargz() {
        return new EstargzWriter().partBytesMax(300_000).add(entries()).build();
    }

    private static TocBlob chunked() {
        return new ZstdChunkedWriter().add(entries()).build();
    }

    private VolumeDescriptor build(TocBlob blob) throws IOException {
        return build(blob, LIMITS, new ByteArrayInputStream(blob.blob().toByteArray()));
    }

    private VolumeDescriptor build(TocBlob blob, LayerLimits limits, InputStream stream) throws IOException {
        var source = new LayerSource(
                Digest.sha256Of(blob.blob().toByteArray()),
                blob.blob().length(),
                blob.diffId(),
                Optional.empty(),
                TocClaim.read(blob.annotations(), blob.blob().length(), limits.toc()));
        return LayerBuilder.build(stream, source, directory, limits, BuildListener.NONE)
                .descriptor();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void tocDigestIsRecorded() throws IOException {
        for (TocBlob blob : List.of(estargz(), chunked())) {
            VolumeDescriptor descriptor = build(blob);
            assertThat(descriptor.blob().tocDigest()).contains(blob.tocDigest());
            assertThat(descriptor.diffId()).isEqualTo(blob.diffId());
            assertThat(files()).containsExactly("data.tar", "data.verity", "index.erofs");
            assertThat(directory.resolve("data.tar"))
                    .hasBinaryContent(blob.tar().toByteArray());
            for (String file : files()) {
                Files.delete(directory.resolve(file));
            }
        }
    }

    @Test
    void withoutTheAnnotationItIsALayerAsAnyOther() throws IOException {
        TocBlob blob = estargz().withoutAnnotation(TocBlob.ESTARGZ_DIGEST);
        assertThat(build(blob).blob().tocDigest()).isEmpty();
    }

    @Test
    void aBlobThatComesByteByByteIsTheSame() throws IOException {
        TocBlob blob = new ZstdChunkedWriter().add(TarEntry.file("a", "hello")).build();
        InputStream slow = new ByteArrayInputStream(blob.blob().toByteArray()) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(1, length));
            }
        };
        assertThat(build(blob, LIMITS, slow).blob().tocDigest()).contains(blob.tocDigest());
    }

    /**
     * A layer that must be refused.
     *
     * @param name what is wrong
     * @param blob the layer
     * @param message a part of the message
     */
    record Bad(String name, TocBlob blob, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String OTHER = "sha256:" + "7".repeat(64);

    static List<Bad> badEstargz() {
        byte[] tar = new TarBytes().file("usr/small", "hello").end();
        TocBlob good = estargz();
        byte[] footer = EstargzWriter.footer(0);
        return List.of(
                new Bad(
                        "wrong digest",
                        good.withAnnotation(TocBlob.ESTARGZ_DIGEST, OTHER),
                        "stargz.index.json: its digest is " + good.tocDigest()
                                + ", but the annotation containerd.io/snapshot/stargz/toc.digest says " + OTHER),
                new Bad(
                        "no footer",
                        good.withBlob(blob -> Arrays.copyOf(blob, blob.length - footer.length)),
                        "eStargz footer, the last 51 bytes of the blob: missing"),
                new Bad(
                        "an ordinary layer",
                        new TocBlob(ByteString.of(Blobs.gzip(tar)), ByteString.of(tar), "", good.annotations()),
                        "eStargz footer, the last 51 bytes of the blob: missing"),
                new Bad(
                        "zstd",
                        new TocBlob(ByteString.of(Blobs.zstd(tar)), ByteString.of(tar), "", good.annotations()),
                        "says eStargz, which is gzip, but the blob is zstd"),
                new Bad(
                        "footer that points elsewhere",
                        good.withBlob(blob -> Blobs.join(Arrays.copyOf(blob, blob.length - 51), footer)),
                        "it says that the gzip member of the TOC begins at blob offset 0; the last member before the footer begins at "),
                new Bad(
                        "the whole tar in one member",
                        good.withBlob(blob -> Blobs.join(Blobs.gzip(good.tar().toByteArray()), footer)),
                        "with byte 0 of the tar, and the TOC's entry is at byte "),
                new Bad(
                        "something between TOC and footer",
                        good.withBlob(blob -> Blobs.join(
                                Arrays.copyOf(blob, blob.length - 51),
                                Blobs.gzip(new byte[0]),
                                Arrays.copyOfRange(blob, blob.length - 51, blob.length))),
                        "eStargz footer: it says that the gzip member"),
                new Bad(
                        "no TOC",
                        new EstargzWriter()
                                .add(entries())
                                .tocName("stargz.index.jso")
                                .build(),
                        "missing: an eStargz layer has it as the last file of its tar, and this one ends with \"stargz.index.jso\""),
                new Bad(
                        "another tree",
                        new EstargzWriter()
                                .add(entries())
                                .toc(toc -> toc.replace("usr/other", "usr/othe"))
                                .build(),
                        "entry 4 of the TOC, \"usr/othe\": name usr/othe, but the tar has usr/other"),
                new Bad(
                        "other content",
                        new EstargzWriter()
                                .add(entries())
                                .toc(toc -> toc.replaceFirst("\"digest\":\"sha256:....", "\"digest\":\"sha256:0000")
                                        .replaceFirst("\"chunkDigest\":\"sha256:....", "\"chunkDigest\":\"sha256:0000"))
                                .build(),
                        "\"usr/small\": digest of the content sha256:0000"),
                new Bad(
                        "other content of a part",
                        new EstargzWriter()
                                .partBytesMax(300_000)
                                .add(entries())
                                .toc(toc -> toc.replaceFirst(
                                        "(\"chunkOffset\":300000.*\"chunkDigest\":\"sha256:)....", "$10000"))
                                .build(),
                        "\"usr/large\": digest sha256:0000"),
                new Bad(
                        "no JSON",
                        new EstargzWriter().add(entries()).toc(_ -> "{").build(),
                        "not valid JSON"));
    }

    static List<Bad> badChunked() {
        TocBlob good = chunked();
        String position = good.annotations().getOrDefault(TocBlob.CHUNKED_POSITION, "");
        String tarSplit = good.annotations().getOrDefault(TocBlob.CHUNKED_TAR_SPLIT, "");
        return List.of(
                new Bad(
                        "wrong digest",
                        good.withAnnotation(TocBlob.CHUNKED_DIGEST, OTHER),
                        "compressed TOC: its digest is " + good.tocDigest()
                                + ", but the annotation io.github.containers.zstd-chunked.manifest-checksum says "
                                + OTHER),
                new Bad(
                        "no footer",
                        good.withBlob(
                                blob -> Blobs.join(Arrays.copyOf(blob, blob.length - 72), Blobs.skippableFrame(64))),
                        "zstd:chunked footer, the last bytes of the blob: missing"),
                new Bad(
                        "gzip",
                        good.withBlob(_ -> Blobs.gzip(good.tar().toByteArray()))
                                .withAnnotation(TocBlob.CHUNKED_POSITION, "100:10:10:1")
                                .withAnnotation(TocBlob.CHUNKED_TAR_SPLIT, "100:10:10"),
                        "says zstd:chunked, but the blob is gzip"),
                new Bad(
                        "another position",
                        good.withAnnotation(TocBlob.CHUNKED_POSITION, "0" + position.substring(1)),
                        "zstd:chunked footer: it says that the TOC is at "
                                + position.substring(0, position.length() - 2)),
                new Bad(
                        "another position of the tar-split data",
                        good.withAnnotation(TocBlob.CHUNKED_TAR_SPLIT, tarSplit + "1"),
                        "zstd:chunked footer: it says that the tar-split data is at " + tarSplit),
                new Bad(
                        "annotation of the tar-split data missing",
                        good.withoutAnnotation(TocBlob.CHUNKED_TAR_SPLIT),
                        "tarsplit-position: missing, though the TOC says a tarSplitDigest"),
                new Bad(
                        "TOC in no frame of its own",
                        good.withBlob(blob -> {
                            blob[Integer.parseInt(position.substring(0, position.indexOf(':'))) - 8] ^= 1;
                            return blob;
                        }),
                        "expected a skippable frame with"),
                new Bad(
                        "other tar-split data",
                        new ZstdChunkedWriter()
                                .add(entries())
                                .toc(toc -> toc.replaceFirst(
                                        "\"tarSplitDigest\":\"[^\"]*\"", "\"tarSplitDigest\":\"" + OTHER + "\""))
                                .build(),
                        "but the TOC says " + OTHER),
                new Bad(
                        "more TOC than said",
                        new ZstdChunkedWriter().add(entries()).tocSizeError(-1).build(),
                        "compressed TOC: it decompresses to at least "),
                new Bad(
                        "less TOC than said",
                        new ZstdChunkedWriter().add(entries()).tocSizeError(1).build(),
                        "compressed TOC: it decompresses to only "),
                new Bad(
                        "another tree",
                        new ZstdChunkedWriter()
                                .add(entries())
                                .toc(toc -> toc.replace("usr/other", "usr/othe"))
                                .build(),
                        "entry 4 of the TOC, \"usr/othe\": name usr/othe, but the tar has usr/other"),
                new Bad(
                        "other content",
                        new ZstdChunkedWriter()
                                .add(entries())
                                .toc(toc -> toc.replaceFirst("\"digest\":\"sha256:....", "\"digest\":\"sha256:0000"))
                                .build(),
                        "\"usr/small\": digest of the content sha256:0000"));
    }

    @ParameterizedTest
    @MethodSource({"badEstargz", "badChunked"})
    void isRefusedAndLeavesNothing(Bad bad) throws IOException {
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> build(bad.blob))
                .withMessageStartingWith("table of contents: ")
                .withMessageContaining(bad.message);
        assertThat(files()).isEmpty();
    }

    @Test
    void aDamagedBlobIsADamagedBlobFirst() throws IOException {
        TocBlob blob = chunked();
        byte[] damaged = blob.blob().toByteArray();
        damaged[damaged.length - 20] ^= 1;
        assertThatThrownBy(() -> build(blob, LIMITS, new ByteArrayInputStream(damaged)))
                .isInstanceOf(BlobDigestMismatchException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void bombsAndLimits() throws IOException {
        var small = new LayerLimits(
                LIMITS.dataSizeBytesMax(),
                LIMITS.ratioFreeBytes(),
                LIMITS.ratioMax(),
                LIMITS.indexSizeBytesMax(),
                0,
                LIMITS.tar(),
                new TocLimits(4000, 1000, 1000));
        TocBlob estargz = new EstargzWriter()
                .add(entries())
                .toc(toc -> toc + " ".repeat(5000))
                .build();
        assertThatExceptionOfType(TocLimitException.class)
                .isThrownBy(() -> build(
                        estargz, small, new ByteArrayInputStream(estargz.blob().toByteArray())))
                .withMessageContaining("stargz.index.json: beyond the limit sizeBytesMax of 4000");
        TocBlob chunked = new ZstdChunkedWriter()
                .add(entries())
                .toc(toc -> toc + " ".repeat(50_000_000))
                .tocSizeError(-49_999_900)
                .build();
        assertThatExceptionOfType(TocException.class)
                .as("a TOC of which the annotation says that it is small")
                .isThrownBy(() -> build(
                        chunked, small, new ByteArrayInputStream(chunked.blob().toByteArray())))
                .withMessageContaining("compressed TOC: it decompresses to at least ");
        assertThat(files()).isEmpty();
    }

    @Test
    void fullVerificationReadsTheTocOfEstargzAgain() throws IOException {
        SigningKey key = SigningKey.generate();
        var verifier = new VolumeVerifier(TrustedKeys.of(key), LIMITS);
        TocBlob blob = estargz();
        VolumeDescriptor descriptor = build(blob);
        SignedDescriptor.write(directory, descriptor, key);
        assertThat(verifier.verify(directory, blob.diffId(), VolumeVerifier.Depth.FULL))
                .isEmpty();

        Files.delete(directory.resolve(Volume.DESCRIPTOR));
        Files.delete(directory.resolve(Volume.SIGNATURE));
        VolumeDescriptor.Blob made = descriptor.blob();
        var lie = new VolumeDescriptor.Blob(
                made.digest(), made.sizeBytes(), made.compression(), Optional.of(Digest.parse(OTHER)));
        SignedDescriptor.write(
                directory,
                new VolumeDescriptor(
                        descriptor.diffId(),
                        descriptor.data(),
                        descriptor.index(),
                        lie,
                        descriptor.counts(),
                        descriptor.created(),
                        descriptor.creator()),
                key);
        assertThat(verifier.verify(directory, blob.diffId(), VolumeVerifier.Depth.FULL))
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.problem()).contains("stargz.index.json: its digest is " + blob.tocDigest()));
    }

    /** Damage of compressed TOC, frames and footer, each with a blob digest that fits, is never more than a refusal. */
    @Test
    void damagedEndsOfBlobsAreRefusedOrAreTheSame() {
        TocBlob estargz = estargz();
        TocBlob chunked = chunked();
        Fuzz.run(120, random -> {
            TocBlob good = random.oneIn(2) ? estargz : chunked;
            byte[] blob = good.blob().toByteArray();
            int tail = Math.min(blob.length, 2000);
            byte[] end = Mutations.mutate(random, Arrays.copyOfRange(blob, blob.length - tail, blob.length));
            TocBlob damaged = good.withBlob(_ -> Blobs.join(Arrays.copyOf(blob, blob.length - tail), end));
            try {
                assertThat(build(damaged).blob().tocDigest()).contains(good.tocDigest());
                for (String file : files()) {
                    Files.delete(directory.resolve(file));
                }
            } catch (TocException | VolumeException | TarFormatException e) {
                assertThat(files()).as(e.toString()).isEmpty();
            }
        });
    }
}
