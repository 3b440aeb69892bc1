package dev.lamella.toc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TocBlob;
import dev.lamella.testkit.ZstdChunkedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, the parsers say yes or throw their own exception. */
class TocFuzzTest {

    private static final int ROUNDS = 400;

    private static TarEntry[] entries(SeededRandom random) {
        var entries = new TarEntry[1 + random.nextInt(12)];
        for (int i = 0; i < entries.length; i++) {
            String name = "d/" + i + "x".repeat(random.nextInt(40));
            entries[i] = switch (random.nextInt(6)) {
                case 0 -> TarEntry.directory(name + "/").owner(random.nextInt(1000), random.nextInt(1000));
                case 1 -> TarEntry.symlink(name, "target" + i);
                case 2 -> TarEntry.characterDevice(name, random.nextInt(200), random.nextInt(200));
                case 3 ->
                    TarEntry.file(name, random.bytes(random.nextInt(3000))).xattr("user.a", random.bytes(8));
                case 4 -> TarEntry.fifo(name).mtime(random.nextInt(2_000_000_000));
                default -> TarEntry.file(name, random.bytes(random.nextInt(200_000)));
            };
        }
        return entries;
    }

    @Test
    void damagedJsonIsRefusedOrSaysTheSame() {
        Fuzz.run(ROUNDS, random -> {
            TarEntry[] entries = entries(random);
            TocBlob blob = random.oneIn(2)
                    ? new EstargzWriter().partBytesMax(50_000).add(entries).build()
                    : new ZstdChunkedWriter().add(entries).build();
            Layers.requireEqual(blob, blob.toc());
            byte[] damaged = Mutations.mutate(random, blob.toc().getBytes(StandardCharsets.UTF_8));
            TocClaim claim = TocClaim.read(blob.annotations(), blob.blob().length(), TocLimits.DEFAULT)
                    .orElseThrow();
            try {
                Layers.requireEqual(claim, damaged, blob.tar().toByteArray());
            } catch (TocException e) {
                assertThat(e).hasMessageStartingWith("table of contents: ");
            }
        });
    }

    @Test
    void damagedFootersAndAnnotationsAreRefused() {
        Fuzz.run(ROUNDS, random -> {
            TocBlob blob = new ZstdChunkedWriter().add(entries(random)).build();
            byte[] end = Mutations.mutate(random, blob.blob().toByteArray());
            try {
                ZstdChunkedFooter.parse(end);
            } catch (TocException e) {
                assertThat(e.where()).startsWith("zstd:chunked footer");
            }
            try {
                EstargzFooter.parse(
                        Mutations.mutate(random, EstargzWriter.footer(random.nextLong())), random.nextLong());
            } catch (TocException e) {
                assertThat(e.where()).startsWith("eStargz footer");
            }
            Map<String, String> annotations = new TreeMap<>(blob.annotations());
            String key = random.pick(annotations.keySet().stream().toList());
            byte[] value =
                    Mutations.mutate(random, annotations.getOrDefault(key, "").getBytes(StandardCharsets.ISO_8859_1));
            annotations.put(key, new String(value, StandardCharsets.ISO_8859_1));
            requireReadable(annotations, blob.blob().length());
        });
    }

    private static void requireReadable(Map<String, String> annotations, long blobSizeBytes) throws IOException {
        try {
            TocClaim.ZstdChunked claim = (TocClaim.ZstdChunked)
                    TocClaim.read(annotations, blobSizeBytes, TocLimits.DEFAULT).orElseThrow();
            assertThat(claim.toc().end()).isBetween(9L, blobSizeBytes);
        } catch (TocException e) {
            assertThat(e.where()).startsWith("annotation io.github.containers.zstd-chunked.");
        }
    }
}
