package dev.lamella.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerFuzzTest {

    private static final TarLimits LIMITS = new TarLimits(
            2000, 4096, 255, 100, 4095, 1 << 16, 1 << 16, 100_000, 1 << 20, 5000, 1L << 40, 1 << 20, 1 << 24);

    @Test
    void damagedLayersEndInDeclaredErrorsOnly() {
        Fuzz.run(4000, random -> {
            byte[] tar = Mutations.mutate(random, layer(random));
            if (!random.oneIn(4)) {
                repairChecksums(tar);
            }
            try {
                LayerTree tree =
                        LayerReader.read(new ByteArrayInputStream(tar), OutputStream.nullOutputStream(), LIMITS);
                assertThat(tree.counts().tarBytes()).isEqualTo(tar.length);
            } catch (TarFormatException e) {
                assertThat(e.offset()).isBetween(0L, (long) tar.length);
                assertThat(e).hasMessageContaining("tar entry");
            }
        });
    }

    @Test
    void sameBytesGiveTheSameTree() {
        Fuzz.run(100, random -> {
            byte[] tar = layer(random);
            try {
                assertThat(Layer.read(tar).tree().counts())
                        .isEqualTo(Layer.read(tar).tree().counts());
            } catch (IOException e) {
                assertThat(e).isInstanceOf(TarFormatException.class);
            }
        });
    }

    private static byte[] layer(SeededRandom random) {
        var tar = new TarBytes();
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            add(tar, random);
        }
        return tar.end();
    }

    private static void add(TarBytes tar, SeededRandom random) {
        String name = random.word(1) + (random.oneIn(2) ? "/" + random.word(1) : "");
        switch (random.nextInt(12)) {
            case 0 -> tar.directory(name);
            case 1 -> tar.symlink(name, random.word(1));
            case 2 -> tar.hardLink(name, random.word(1));
            case 3 -> tar.whiteout(name);
            case 4 -> tar.opaque(name);
            case 5 -> tar.add(TarEntry.characterDevice(name, 1, 3));
            case 6 ->
                tar.add(TarEntry.file(name, "x")
                        .xattr("user.x", random.bytes(20))
                        .pax("mtime", "-1.5"));
            case 7 -> tar.add(TarEntry.file(name + "/" + "n".repeat(140), "x").gnuLongNames());
            case 8 -> tar.add(TarEntry.file(name, "x").paxNames().pax("size", "1"));
            case 9 -> tar.globalPax("comment", "x");
            case 10 -> {
                var file = new SparseFile(name, 5000);
                for (int at = 0; at < 4000; at += 600) {
                    file.part(at, random.bytes(random.nextInt(600)));
                }
                tar.add(file, random.pick(List.of(SparseFile.Format.values())));
            }
            default -> tar.file(name, random.bytes(random.nextInt(1200)));
        }
    }

    /** Makes every block that looks like a header pass the checksum, so that damage goes deeper. */
    private static void repairChecksums(byte[] tar) {
        for (int at = 0; at + 512 <= tar.length; at += 512) {
            if (tar[at + 257] != 'u' || tar[at + 258] != 's') {
                continue;
            }
            Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
            int sum = 0;
            for (int i = 0; i < 512; i++) {
                sum += tar[at + i] & 0xff;
            }
            byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, tar, at + 148, 8);
        }
    }
}
