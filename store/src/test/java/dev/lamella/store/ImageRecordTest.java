package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageRecordTest {

    private static final byte[] DOCUMENT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final ImageRecord.Index INDEX =
            new ImageRecord.Index(Digest.sha256Of(DOCUMENT), "index", ByteString.of(DOCUMENT));

    private static ImageRecord image(String platform, Optional<ImageRecord.Index> index) {
        return new ImageRecord(
                Digest.sha256Of(DOCUMENT),
                "manifest",
                ByteString.of(DOCUMENT),
                ByteString.of(DOCUMENT),
                index,
                List.of(),
                platform,
                Optional.empty(),
                Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64, true",
        "linux/amd64, linux/arm64, false",
        "linux/arm, linux/arm64, false",
        "linux/arm, linux/arm64/v8, false",
        "linux/arm, linux/arm/v7, true",
        "linux/arm/v6, linux/arm/v7, false",
        "linux/arm/v7, linux/arm, false",
        "linux/arm64, linux/arm64/v8, true",
        "linux/arm64/v8, linux/arm64, true",
        "linux/arm64/v9, linux/arm64, false",
        "linux/arm64, linux/arm64/v9, true",
        "linux/s390, linux/s390x, false",
        "windows/amd64, linux/amd64, false"
    })
    void anImageOfAnIndexIsForItsPlatform(String own, String wanted, boolean fits) {
        assertThat(image(own, Optional.of(INDEX)).isFor(wanted)).isEqualTo(fits);
    }

    @Test
    void anImageOfNoIndexIsForAll() {
        assertThat(image("linux/arm", Optional.empty()).isFor("linux/amd64")).isTrue();
    }
}
