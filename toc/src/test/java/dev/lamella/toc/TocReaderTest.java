package dev.lamella.toc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TocReaderTest {

    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);

    private static List<TocEntry> read(String json) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8), TocLimits.DEFAULT);
    }

    private static List<TocEntry> read(byte[] json, TocLimits limits) throws IOException {
        var reader = new TocReader(new ByteArrayInputStream(json), limits);
        var entries = new ArrayList<TocEntry>();
        for (TocEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        assertThat(reader.next()).isNull();
        return entries;
    }

    private static String document(String entries) {
        return "{\"version\":1,\"entries\":[%s]}".formatted(entries);
    }

    @Test
    void fieldsComeInAnyOrderAndUnknownOnesAreIgnored() throws IOException {
        var reader = new TocReader(
                new ByteArrayInputStream(
                        ("{\"more\":[{\"x\":[1]}],\"entries\":[{\"NumLink\":0,\"accesstime\":\"\",\"type\":\"dir\",\"name\":\"a/\"}],"
                                        + "\"tarSplitDigest\":\"" + A + "\",\"version\":1} \n")
                                .getBytes(StandardCharsets.UTF_8)),
                TocLimits.DEFAULT);
        TocEntry entry = Objects.requireNonNull(reader.next());
        assertThat(entry.name()).isEqualTo("a/");
        assertThat(entry.type()).isEqualTo(TocEntry.Type.DIR);
        assertThat(reader.next()).isNull();
        assertThat(reader.tarSplitDigest()).contains(Digest.parse(A));
    }

    @Test
    void chunksBelongToTheFileBefore() throws IOException {
        List<TocEntry> entries = read(document(
                "{\"name\":\"f\",\"type\":\"reg\",\"size\":10,\"digest\":\"%s\",\"chunkSize\":4,\"chunkDigest\":\"%s\"},"
                                .formatted(A, B)
                        + "{\"name\":\"f\",\"type\":\"chunk\",\"chunkOffset\":4,\"chunkSize\":4},"
                        + "{\"name\":\"f\",\"type\":\"chunk\",\"chunkOffset\":8},"
                        + "{\"name\":\"g\",\"type\":\"reg\",\"size\":1,\"chunkDigest\":\"%s\"}".formatted(B)));
        assertThat(entries).extracting(TocEntry::name).containsExactly("f", "g");
        assertThat(entries.getFirst().content()).contains(Digest.parse(A));
        assertThat(entries.getLast().content()).contains(Digest.parse(B));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"f","type":"chunk"}|"f": "type": a chunk without a file before it
            {"name":"f","type":"reg","size":-1}|"size": negative: -1
            {"name":"f","type":"reg","size":10,"chunkSize":4}|the chunks end at 4 of a file of 10 bytes
            {"name":"f","type":"reg","size":10,"chunkSize":11}|a chunk of 11 bytes at 0 of a file of 10 bytes
            {"name":"f","type":"reg","size":10,"chunkSize":-1}|a chunk of -1 bytes
            {"name":"f","type":"reg","size":10,"chunkOffset":1}|at 1 of a file of 10 bytes; expected one at 0
            {"name":"f","type":"reg","size":9,"chunkSize":4},{"name":"f","type":"chunk","chunkOffset":5}|expected one at 4
            {"name":"f","type":"reg","size":9},{"name":"f","type":"chunk","chunkOffset":9}|expected one at 9
            {"name":"f","type":"reg","size":9,"chunkSize":4},{"name":"g","type":"chunk","chunkOffset":4}|a chunk of another file than "f"
            {"name":"d","type":"dir"},{"name":"d","type":"chunk"}|a chunk without a file
            {"name":"f","type":"reg","digest":"sha256:00"}|"digest": expected a sha256 digest, found "sha256:00"
            {"name":"f","type":"what"}|"type": unknown: "what"
            {"name":"f"}|unknown: ""
            {"name":1,"type":"dir"}|"name": expected a text, found a number
            {"name":"f","type":"dir","mode":"x"}|"mode": expected a whole number, found a text
            {"name":"f","type":"dir","mode":1.5}|expected a whole number, found a number
            {"name":"f","type":"dir","mode":9223372036854775808}|"mode": a number beyond 64 bits
            {"name":"f","type":"dir","modtime":"yesterday"}|"modtime": expected a time such as
            {"name":"f","type":"dir","xattrs":[]}|expected an object of extended attributes, found a list
            {"name":"f","type":"dir","xattrs":{"user.x":"?"}}|"user.x": not base64
            {"name":"f","type":"dir","xattrs":{"":"eA=="}}|a field without a name
            {"name":"f","type":"dir","Name":"g"}|"Name": differs in case only from "name"
            {"name":"f","type":"dir","\\u017fize":3}|differs in case only from "size"
            {"name":"f","type":"dir","lin\\u212aName":"x"}|differs in case only from "linkName"
            {"name":"f","type":"dir","name":"g"}|Duplicate
            {"name":"f","type":"dir","":1}|a field without a name
            {"name":"f","type":"dir","x":[[[[[[[[[1]]]]]]]]]}|nesting depth
            []|expected an object, found a list
            """)
    void badEntries(String entries, String message) {
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(document(entries)))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``|JSON
            []|JSON: expected an object, found a list
            {"version":1}|"entries": missing
            {"version":2,"entries":[]}|"version": 2, expected 1
            {"entries":[]}|"version": 0, expected 1
            {"version":1,"Version":2,"entries":[]}|differs in case only from "version"
            {"version":1,"entries":[],"ENTRIES":[]}|differs in case only from "entries"
            {"version":1,"entries":[],"entries":[]}|Duplicate
            {"version":1,"entries":{}}|expected a list of entries, found an object
            {"version":1,"entries":[]}{}|more behind the end of the document
            {"version":1,"entries":[]} x|not valid JSON at line 1
            {"version":1,"entries":[]|not valid JSON
            {"version":1,"entries":[],"tarSplitDigest":"md5:1"}|"tarSplitDigest":
            """)
    void badDocuments(String document, String message) {
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(document == null ? "" : document))
                .withMessageStartingWith("table of contents: ")
                .withMessageContaining(message);
    }

    @Test
    void notUtf8() {
        byte[] json = document("{\"name\":\"a?\",\"type\":\"dir\"}").getBytes(StandardCharsets.UTF_8);
        json[new String(json, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xff;
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(json, TocLimits.DEFAULT))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void limits() {
        var small = new TocLimits(1000, 50, 20);
        String longName = document("{\"name\":\"%s\",\"type\":\"dir\"}".formatted("n".repeat(51)));
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(longName.getBytes(StandardCharsets.UTF_8), small))
                .withMessageContaining("(51) exceeds the maximum allowed (50");
        String attributes = document(
                "{\"name\":\"a\",\"type\":\"dir\",\"xattrs\":{\"user.x\":\"eHh4eHh4\",\"user.y\":\"eHh4eHh4\"}}");
        assertThatExceptionOfType(TocLimitException.class)
                .isThrownBy(() -> read(attributes.getBytes(StandardCharsets.UTF_8), small))
                .withMessageContaining("\"a\"")
                .satisfies(e -> assertThat(e.limit()).isEqualTo("entryXattrBytesMax"))
                .satisfies(e -> assertThat(e.maximum()).isEqualTo(20));
        String many = document("{\"name\":\"a\",\"type\":\"dir\"},".repeat(100) + "{\"name\":\"a\",\"type\":\"dir\"}");
        assertThatExceptionOfType(TocException.class)
                .isThrownBy(() -> read(many.getBytes(StandardCharsets.UTF_8), small))
                .withMessageContaining("exceeds the maximum allowed (1000");
    }

    @Test
    void failuresOfTheStreamPassThrough() {
        InputStream broken = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw new IOException("the disk");
            }
        };
        assertThatThrownBy(() -> new TocReader(broken, TocLimits.DEFAULT).next())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("the disk");
    }
}
