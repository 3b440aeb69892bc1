package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutofsDeviceTest {

    /** As makedev(3) of glibc has them. */
    @ParameterizedTest
    @CsvSource({
        "0, 43, 0x2b",
        "0, 255, 0xff",
        "0, 256, 0x100000",
        "8, 1, 0x801",
        "254, 4660, 0x120fe34",
        "4095, 1048575, 0xffffffff"
    })
    void numbersAreWrittenAsTheKernelDoes(long major, long minor, String encoded) {
        long device = (major << 32) | minor;
        int written = Long.decode(encoded).intValue();
        assertThat(Autofs.encode(device)).isEqualTo(written);
        assertThat(Autofs.decode(written)).isEqualTo(device);
    }
}
