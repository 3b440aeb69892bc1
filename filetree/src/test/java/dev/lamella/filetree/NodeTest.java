package dev.lamella.filetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {

    private static final Metadata META = new Metadata(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0"})
    void directoryRefusesWhatIsNoName(String name) {
        var directory = new Directory(META);
        assertThatIllegalArgumentException().isThrownBy(() -> directory.put(ByteString.utf8(name), directory));
    }

    @Test
    void directoryKeepsByteOrder() {
        var directory = new Directory(META);
        for (String name : List.of("b", "...", "a", ".a", "a.b")) {
            directory.put(ByteString.utf8(name), new Symlink(META, ByteString.utf8("t")));
        }
        assertThat(directory.entries().keySet())
                .map(ByteString::toString)
                .containsExactly("...", ".a", "a", "a.b", "b");
    }

    @Test
    void fileRefusesExtentsThatOverlapOrPassTheEnd() {
        var first = new Extent(0, 512, Extent.Source.DATA, 512);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new RegularFile(META, 1024, List.of(first, new Extent(511, 1, Extent.Source.DATA, 4096))));
        assertThatIllegalArgumentException().isThrownBy(() -> new RegularFile(META, 511, List.of(first)));
    }

    @Test
    void timestampsAreCutTowardsThePast() {
        assertThat(Timestamp.ofSeconds(new BigDecimal("1.0000000019"))).isEqualTo(new Timestamp(1, 1));
        assertThat(Timestamp.ofSeconds(new BigDecimal("-0.5"))).isEqualTo(new Timestamp(-1, 500_000_000));
    }
}
