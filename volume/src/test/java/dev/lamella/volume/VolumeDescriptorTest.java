package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeDescriptorTest {

    static VolumeDescriptor example() {
        return new VolumeDescriptor(
                sha("1"),
                new VolumeDescriptor.Data(10240, sha("2")),
                new VolumeDescriptor.Index(2048, sha("3"), sha("4")),
                new VolumeDescriptor.Blob(sha("5"), 1234, Compression.GZIP, Optional.of(sha("6"))),
                new VolumeDescriptor.Counts(7, 2, 3, 1, 1, 1),
                Instant.parse("2026-01-31T12:00:00Z"),
                "lamella/0.1.0");
    }

    private static Digest sha(String digit) {
        return new Digest("sha256", digit.repeat(64));
    }

    @Test
    void canonicalText() {
        String h = "x".repeat(64);
        String expected = """
                {
                  "formatVersion" : 1,
                  "diffId" : "sha256:%s",
                  "data" : {
                    "sizeBytes" : 10240,
                    "fsVerity" : "sha256:%s"
                  },
                  "index" : {
                    "sizeBytes" : 2048,
                    "sha256" : "sha256:%s",
                    "fsVerity" : "sha256:%s"
                  },
                  "blob" : {
                    "digest" : "sha256:%s",
                    "sizeBytes" : 1234,
                    "compression" : "gzip",
                    "tocDigest" : "sha256:%s"
                  },
                  "counts" : {
                    "entries" : 7,
                    "directories" : 2,
                    "files" : 3,
                    "symlinks" : 1,
                    "specials" : 1,
                    "whiteouts" : 1
                  },
                  "created" : "2026-01-31T12:00:00Z",
                  "creator" : "lamella/0.1.0"
                }
                """.formatted(
                        h.replace('x', '1'),
                        h.replace('x', '2'),
                        h.replace('x', '3'),
                        h.replace('x', '4'),
                        h.replace('x', '5'),
                        h.replace('x', '6'));
        assertThat(new String(example().toJson(), StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    @Test
    void readsWhatItWrites() throws Exception {
        assertThat(VolumeDescriptor.parse(example().toJson(), "volume.json")).isEqualTo(example());
    }

    /** Each row: what is wrong, the text replaced, its replacement, and a part of the message. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            not JSON                 | {                            | <                               | not valid JSON at line 1
            trailing bytes           | "lamella/0.1.0"              | "x"}}                           | not valid JSON
            an array                 | "data" : {                   | "data" : [], "x" : {            | field "data": expected an object, found an array
            unknown field            | "creator"                    | "color" : 1, "creator"          | field "color": unknown field
            unknown nested field     | "fsVerity"                   | "salt" : "", "fsVerity"         | field "data.salt": unknown field
            missing field            | "creator" : "lamella/0.1.0"  | "x" : 1                         | field "creator": missing
            missing nested field     | "sizeBytes" : 1234,          |                                 | field "blob.sizeBytes": missing
            field twice              | "created"                    | "diffId" : "", "created"        | Duplicate
            text for a number        | 10240                        | "10240"                         | field "data.sizeBytes": expected a whole number, found the text "10240"
            fraction                 | 10240                        | 10240.5                         | field "data.sizeBytes": expected a whole number
            exponent                 | 10240                        | 1e4                             | field "data.sizeBytes": expected a whole number
            negative size            | 10240                        | -1                              | field "data.sizeBytes": -1 is out of range
            beyond 64 bits           | 10240                        | 9223372036854775808             | field "data.sizeBytes": 9223372036854775808 is out of range
            very long number         | 10240                        | 111111111111111111111111        | not valid JSON
            null                     | "lamella/0.1.0"              | null                            | field "creator": expected a text, found null
            empty text               | "lamella/0.1.0"              | ""                              | field "creator": 0 characters
            other version            | "formatVersion" : 1          | "formatVersion" : 2             | field "formatVersion": version 2, this program reads version 1 only
            upper-case digest        | sha256:1                     | sha256:A                        | field "diffId": malformed digest
            unknown algorithm        | sha256:1                     | md5:1                           | field "diffId": malformed digest
            unknown compression      | gzip                         | xz                              | field "blob.compression": expected none, gzip or zstd, found "xz"
            local time               | 12:00:00Z                    | 12:00:00+01:00                  | field "created": expected a time
            sloppy time              | 12:00:00Z                    | 12:00:00.000Z                   | field "created": expected a time
            empty index              | 2048                         | 0                               | field "index.sizeBytes": 0 is out of range
            a comment                | "created"                    | /* x */ "created"               | not valid JSON
            control character        | lamella/0                    | lam\u0001x/0                       | not valid JSON
            """)
    void refused(String name, String replaced, String replacement, String message) {
        String good = new String(example().toJson(), StandardCharsets.UTF_8);
        assertThat(good).contains(replaced);
        int at = good.indexOf(replaced);
        String bad = good.substring(0, at)
                + (replacement == null ? "" : replacement)
                + good.substring(at + replaced.length());
        assertThatThrownBy(() -> VolumeDescriptor.parse(bad.getBytes(StandardCharsets.UTF_8), "volume.json"))
                .as(name)
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageStartingWith("volume.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void refusesTooLarge() {
        assertThatThrownBy(() -> VolumeDescriptor.parse(new byte[64 * 1024 + 1], "volume.json"))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("at most 65536 are allowed");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] json = example().toJson();
        json[json.length - 5] = (byte) 0xff;
        assertThatThrownBy(() -> VolumeDescriptor.parse(json, "volume.json"))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void mutationsGiveDeclaredErrorsOnly() {
        byte[] good = example().toJson();
        Fuzz.run(2000, random -> {
            byte[] bad = Mutations.mutate(random, good);
            try {
                VolumeDescriptor.parse(bad, "volume.json");
            } catch (MalformedDocumentException e) {
                assertThat(e.file()).isEqualTo("volume.json");
            }
        });
    }
}
