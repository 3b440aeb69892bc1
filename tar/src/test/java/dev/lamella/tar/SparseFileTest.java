package dev.lamella.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Extent.Source;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SparseFileTest {

    @ParameterizedTest
    @EnumSource(SparseFile.Format.class)
    void alignedPartsStayInTheTar(SparseFile.Format format) throws IOException {
        var file = new SparseFile("f", 10_000)
                .part(512, filled(1024, 1))
                .part(4096, filled(512, 2))
                .part(10_000, new byte[0]);
        Layer layer =
                Layer.read(new TarBytes().add(file, format).file("g", "next").end());

        assertThat(layer.stored().length()).isZero();
        assertThat(layer.file("f").extents()).hasSize(2).allMatch(extent -> extent.source() == Source.DATA);
        byte[] expected = new byte[10_000];
        Arrays.fill(expected, 512, 1536, (byte) 1);
        Arrays.fill(expected, 4096, 4608, (byte) 2);
        assertThat(layer.content("f")).isEqualTo(expected);
        assertThat(layer.text("g")).isEqualTo("next");
    }

    @Test
    void neighbouringPartsAreOneExtent() throws IOException {
        var file = new SparseFile("f", 1536).part(0, filled(512, 1)).part(512, filled(1024, 2));
        Layer layer =
                Layer.read(new TarBytes().add(file, SparseFile.Format.OLD_GNU).end());
        assertThat(layer.file("f").extents()).containsExactly(new Extent(0, 1536, Source.DATA, 512));
    }

    @Test
    void unalignedPartsAreStored() throws IOException {
        var file = new SparseFile("f", 3000)
                .part(10, filled(600, 1))
                .part(620, filled(20, 2))
                .part(2900, filled(100, 3));
        Layer layer =
                Layer.read(new TarBytes().add(file, SparseFile.Format.PAX_1_0).end());
        byte[] expected = new byte[3000];
        Arrays.fill(expected, 10, 610, (byte) 1);
        Arrays.fill(expected, 620, 640, (byte) 2);
        Arrays.fill(expected, 2900, 3000, (byte) 3);
        assertThat(layer.content("f")).isEqualTo(expected);
        assertThat(layer.file("f").extents())
                .containsExactly(new Extent(0, 1024, Source.STORED, 0), new Extent(2560, 440, Source.STORED, 1024));
    }

    @ParameterizedTest
    @EnumSource(SparseFile.Format.class)
    void fileOfOneHole(SparseFile.Format format) throws IOException {
        var file = new SparseFile("f", 1L << 32).part(1L << 32, new byte[0]);
        Layer layer = Layer.read(new TarBytes().add(file, format).end());
        assertThat(layer.file("f").size()).isEqualTo(1L << 32);
        assertThat(layer.file("f").extents()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SparseFile.Format.class)
    void anyPartsGiveTheirContent(SparseFile.Format format) {
        Fuzz.run(150, random -> {
            int unit = random.oneIn(2) ? 512 : 1;
            var content = new byte[(1 + random.nextInt(40)) * 512 - (random.oneIn(2) ? random.nextInt(512) : 0)];
            var file = new SparseFile("f", content.length);
            int at = 0;
            while (true) {
                at += random.nextInt(2000) / unit * unit;
                int length = random.nextInt(1500) / unit * unit;
                if (at + length > content.length) {
                    break;
                }
                byte[] data = random.bytes(length);
                System.arraycopy(data, 0, content, at, length);
                file.part(at, data);
                at += length;
            }
            file.part(content.length, new byte[0]);
            Layer layer = Layer.read(
                    new TarBytes().add(file, format).file("g", "next").end());
            assertThat(layer.content("f")).isEqualTo(content);
            assertThat(layer.text("g")).isEqualTo("next");
            assertThat(unit == 1 || layer.stored().length() == 0).isTrue();
        });
    }

    private static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
