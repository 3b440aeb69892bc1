package dev.lamella.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TarBytesTest {

    @Test
    void headersHaveTheirFieldsInPlace() {
        byte[] tar = new TarBytes().file("a", "hello").end();

        assertThat(tar).hasSize(2048);
        assertThat(text(tar, 0, 1)).isEqualTo("a");
        assertThat(text(tar, 100, 8)).isEqualTo("0000644\0");
        assertThat(text(tar, 124, 12)).isEqualTo("00000000005\0");
        assertThat(text(tar, 257, 8)).isEqualTo("ustar\00000");
        assertThat(text(tar, 512, 6)).isEqualTo("hello\0");
    }

    @Test
    void paxRecordsCountTheirOwnLength() {
        assertThat(text(TarEntry.paxRecord("path", new byte[0]))).isEqualTo("8 path=\n");
        assertThat(text(TarEntry.paxRecord("path", "abc".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("12 path=abc\n");
        for (int length = 0; length < 1200; length++) {
            String record = text(TarEntry.paxRecord("k", new byte[length]));
            assertThat(record).startsWith(record.length() + " k=");
        }
    }

    @Test
    void negativeNumbersAreBase256() {
        byte[] tar = TarEntry.file("a", "").mtime(-2).toByteArray();
        assertThat(tar[136]).isEqualTo((byte) 0xff);
        assertThat(tar[147]).isEqualTo((byte) 0xfe);
    }

    @Test
    void failedRoundsNameTheirSeed() {
        assertThatThrownBy(() -> Fuzz.run(1, _ -> {
                    throw new IllegalStateException("found");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dlamella.fuzz.seed=")
                .hasRootCauseMessage("found");
    }

    @Test
    void aSeedRepeatsItsMutations() {
        byte[] original = new SeededRandom(7).bytes(3000);
        for (long seed = 0; seed < 500; seed++) {
            assertThat(Mutations.mutate(new SeededRandom(seed), original))
                    .isEqualTo(Mutations.mutate(new SeededRandom(seed), original));
        }
    }

    private static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }
}
