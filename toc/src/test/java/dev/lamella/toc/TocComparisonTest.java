package dev.lamella.toc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TocBlob;
import dev.lamella.testkit.ZstdChunkedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TocComparisonTest {

    private static final String LONG = "long/" + "n".repeat(200);

    private static TarEntry[] entries() {
        byte[] large = new byte[200_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 ^ i >> 9);
        }
        return new TarEntry[] {
            TarEntry.directory("usr/").mode(0700).owner(7, 8),
            TarEntry.file("usr/small", "hello").mode(04755),
            TarEntry.file("usr/large", large).pax("mtime", "1700000000.523456789"),
            TarEntry.file("usr/empty", "").mtime(0),
            TarEntry.symlink("usr/link", "small"),
            TarEntry.hardLink("usr/other", "usr/small"),
            TarEntry.characterDevice("dev-null", 1, 3),
            TarEntry.blockDevice("dev-block", 7, 300),
            TarEntry.fifo("fifo"),
            TarEntry.file("etc/.wh.motd", ""),
            TarEntry.file("capable", "c").xattr("security.capability", new byte[] {1, 0, 0, 2}),
            TarEntry.file("labelled", "c").xattr("security.selinux", new byte[] {'x', 0}),
            TarEntry.file(LONG, "long").paxNames(),
            TarEntry.file("ünïcode \"q\" \\", "u").owner(3_000_000, 4_000_000).base256(),
        };
    }

    private static TocBlob estargz() {
        return new EstargzWriter().partBytesMax(64_000).add(entries()).build();
    }

    private static TocBlob chunked() {
        return new ZstdChunkedWriter().add(entries()).build();
    }

    @Test
    void whatIsTheSameIsTheSame() throws IOException {
        Layers.requireEqual(estargz(), estargz().toc());
        Layers.requireEqual(chunked(), chunked().toc());
    }

    @Test
    void anEmptyLayerHasAnEmptyToc() throws IOException {
        TocBlob blob = new ZstdChunkedWriter().build();
        assertThat(blob.toc()).contains("\"entries\":[\n\n]");
        Layers.requireEqual(blob, blob.toc());
        TocBlob estargz = new EstargzWriter().build();
        Layers.requireEqual(estargz, estargz.toc());
    }

    /**
     * One change of a TOC.
     *
     * @param from text in it
     * @param to what stands there instead
     * @param message a part of the message
     */
    record Change(String from, String to, String message) {}

    static List<Change> changes() {
        return List.of(
                new Change(
                        "\"usr/small\",\"type\":\"reg\"",
                        "\"usr/smal1\",\"type\":\"reg\"",
                        "name usr/smal1, but the tar has usr/small"),
                new Change("\"usr/\",\"type\":\"dir\"", "\"usr/\",\"type\":\"fifo\"", "type FIFO, but the tar has DIR"),
                new Change("\"size\":5", "\"size\":6", "size 6, but the tar has 5"),
                new Change("\"mode\":448", "\"mode\":449", "mode 0701, but the tar has 0700"),
                new Change("\"mode\":2541", "\"mode\":493", "mode 0755, but the tar has 4755"),
                new Change("\"uid\":7", "\"uid\":0", "uid 0, but the tar has 7"),
                new Change("\"gid\":8", "\"gid\":-8", "gid -8, but the tar has 8"),
                new Change(
                        "\"linkName\":\"small\"", "\"linkName\":\"large\"", "link target large, but the tar has small"),
                new Change("\"linkName\":\"usr/small\"", "\"linkName\":\"/etc/shadow\"", "link target /etc/shadow"),
                new Change("\"devMajor\":1,", "\"devMajor\":2,", "device number 2:3, but the tar has 1:3"),
                new Change("\"devMinor\":300", "\"devMinor\":30", "device number 7:30, but the tar has 7:300"),
                new Change(
                        "\"modtime\":\"2023-11-14T22:13:20Z\"",
                        "\"modtime\":\"2023-11-14T22:13:21Z\"",
                        "time 1700000001, but the tar has 1700000000"),
                new Change(
                        "security.capability",
                        "security.capabilitx",
                        "extended attributes [security.capabilitx], but the tar has [security.capability]"),
                new Change("AQAAAg==", "AQAAAw==", "extended attribute security.capability with another value"),
                new Change(
                        "security.selinux\":\"eAA=\"",
                        "security.selinux\":\"eQA=\"",
                        "extended attribute security.selinux with another value"),
                new Change("\"digest\":\"sha256:2cf24dba5f", "\"digest\":\"sha256:3cf24dba5f", "digest"),
                new Change(
                        "\"name\":\"fifo\"",
                        "\"name\":\"fifo\",\"xattrs\":{\"user.x\":\"\"}",
                        "extended attributes [user.x], but the tar has []"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachFieldCounts(Change change) {
        for (TocBlob blob : List.of(estargz(), chunked())) {
            assertThat(blob.toc()).contains(change.from);
            String changed = blob.toc().replaceFirst(Pattern.quote(change.from), Matcher.quoteReplacement(change.to));
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, changed))
                    .withMessageStartingWith("table of contents: entry ")
                    .withMessageContaining(change.message);
        }
    }

    @Test
    void messageNamesTheEntry() {
        TocBlob blob = chunked();
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> Layers.requireEqual(blob, blob.toc().replace("\"size\":5", "\"size\":6")))
                .withMessage("table of contents: entry 2 of the TOC, \"usr/small\": size 6, but the tar has 5")
                .satisfies(e -> assertThat(e.where()).isEqualTo("entry 2 of the TOC, \"usr/small\""));
    }

    @Test
    void contentIsTheFilesOwn() {
        for (TocBlob blob : List.of(estargz(), chunked())) {
            String hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
            assertThat(blob.toc()).contains(hello);
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, blob.toc().replace(hello, "3" + hello.substring(1))))
                    .withMessageContaining("\"usr/small\": digest of the content sha256:3cf24")
                    .withMessageContaining("but the tar has sha256:2cf24");
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, withoutDigests(blob.toc())))
                    .withMessageContaining("\"usr/small\": it says no digest of the content");
        }
    }

    private static String withoutDigests(String toc) {
        return toc.replaceAll(",\"(digest|chunkDigest)\":\"[^\"]*\"", "");
    }

    @Test
    void digestOfTheOnlyPartWillDo() throws IOException {
        TocBlob blob = new EstargzWriter()
                .add(TarEntry.directory("usr/"), TarEntry.file("usr/small", "hello"))
                .build();
        Layers.requireEqual(blob, blob.toc().replaceAll(",\"digest\":\"[^\"]*\"", ""));
    }

    @Test
    void contentOfAnEmptyFileIsEmpty() {
        TocBlob blob = estargz();
        String nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() ->
                        Layers.requireEqual(blob, blob.toc().replaceFirst(nothing, "f" + nothing.substring(1))))
                .withMessageContaining("\"usr/empty\": digest of no content");
    }

    @Test
    void entriesCountAndTheirOrder() {
        for (TocBlob blob : List.of(estargz(), chunked())) {
            List<String> lines = blob.toc().lines().collect(Collectors.toCollection(ArrayList::new));
            var missing = new ArrayList<>(lines);
            missing.remove(2);
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, String.join("\n", missing)))
                    .withMessageContaining(
                            "entry 2 of the TOC, \"usr/large\": name usr/large, but the tar has usr/small");
            var twice = new ArrayList<>(lines);
            twice.add(2, lines.get(1));
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, String.join("\n", twice)))
                    .withMessageContaining("entry 2 of the TOC, \"usr/\": name");
            var swapped = new ArrayList<>(lines);
            Collections.swap(swapped, 1, 2);
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, String.join("\n", swapped)))
                    .withMessageContaining("name usr/small, but the tar has usr/");
            String last = lines.get(lines.size() - 2);
            String more = blob.toc().replace(last, last + "," + last);
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, more))
                    .withMessageContaining("the tar has only 14 entries");
            String fewer = blob.toc().replace(",\n" + last, "");
            assertThatExceptionOfType(TocException.class)
                    .isThrownBy(() -> Layers.requireEqual(blob, fewer))
                    .withMessageContaining("entry 14 of the TOC: missing; the tar has \"ünïcode");
        }
    }

    @Test
    void timesOfEstargzMayBeRoundedAndOthersNot() throws IOException {
        assertThat(estargz().toc()).contains("2023-11-14T22:13:21Z");
        assertThat(chunked().toc()).contains("2023-11-14T22:13:20.523456789Z");
        String exact = estargz().toc().replace("2023-11-14T22:13:21Z", "2023-11-14T22:13:20.523456789Z");
        Layers.requireEqual(estargz(), exact);
        String rounded = chunked().toc().replace("2023-11-14T22:13:20.523456789Z", "2023-11-14T22:13:21Z");
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> Layers.requireEqual(chunked(), rounded))
                .withMessageContaining("time 1700000001, but the tar has 1700000000+523456789ns");
        Layers.requireEqual(chunked(), chunked().toc().replace("2023-11-14T22:13:20Z", "2023-11-14T23:13:20+01:00"));
    }

    @Test
    void neverSetTimesAreTheEpoch() throws IOException {
        TocBlob blob =
                new ZstdChunkedWriter().add(TarEntry.file("a", "a").mtime(0)).build();
        assertThat(blob.toc()).doesNotContain("modtime");
        Layers.requireEqual(blob, blob.toc());
        for (String zero : List.of("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T01:00:00+01:00", "")) {
            Layers.requireEqual(blob, blob.toc().replace("\"mode\"", "\"modtime\":\"" + zero + "\",\"mode\""));
        }
    }

    @Test
    void namesThatAreNoTextAreComparedAsTheirWritersWriteThem() {
        byte[] tar = new TarBytes()
                .add(TarEntry.of('0', ByteString.of(new byte[] {'a', (byte) 0xe2, (byte) 0x82, 'b', (byte) 0xff})))
                .end();
        var claim = new TocClaim.ZstdChunked(Digest.sha256Of(tar), new BlobPart(8, 1, 1), Optional.empty());
        String toc =
                "{\"version\":1,\"entries\":[{\"name\":\"%s\",\"type\":\"reg\",\"mode\":420,\"modtime\":\"2023-11-14T22:13:20Z\"}]}";
        assertThatCode(() -> Layers.requireEqual(
                        claim, toc.formatted("a\\ufffd\\ufffdb\\ufffd").getBytes(StandardCharsets.UTF_8), tar))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> Layers.requireEqual(
                        claim, toc.formatted("a\\ufffdb\\ufffd").getBytes(StandardCharsets.UTF_8), tar))
                .withMessageContaining("name ");
    }

    @Test
    void sparseFilesHaveNoTableOfContents() {
        byte[] tar = new TarBytes()
                .add(
                        new SparseFile("sparse", 100_000)
                                .part(512, "x".repeat(600).getBytes(StandardCharsets.UTF_8)),
                        SparseFile.Format.OLD_GNU)
                .file("after", "x")
                .end();
        TocBlob blob = new ZstdChunkedWriter().build();
        TocBlob other = new TocBlob(blob.blob(), ByteString.of(tar), blob.toc(), Map.copyOf(blob.annotations()));
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> Layers.requireEqual(other, other.toc()))
                .withMessageContaining("tar entry \"sparse\" at byte 0: a sparse file");
    }
}
