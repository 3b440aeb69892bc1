package dev.lamella.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.filetree.Symlink;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerReaderTest {

    private static final byte[] CAPABILITY = {1, 0, 0, 2, 0, '\n', '=', 0, (byte) 0xff, 0};

    @ParameterizedTest
    @EnumSource(TarEntry.Format.class)
    void readsEveryTypeInEveryDialect(TarEntry.Format format) throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.directory("d/").format(format).mode(01777).owner(3, 4))
                .add(TarEntry.file("d/f", "hello").format(format).mode(0106755).mtime(5))
                .add(TarEntry.symlink("d/s", "../f").format(format))
                .add(TarEntry.hardLink("d/h", "d/f").format(format).mode(06755).mtime(5))
                .add(TarEntry.fifo("d/p").format(format))
                .end());

        assertThat(layer.get("d").metadata())
                .isEqualTo(new Metadata(01777, 3, 4, new Timestamp(1_700_000_000, 0), Xattrs.NONE));
        assertThat(layer.text("d/f")).isEqualTo("hello");
        assertThat(layer.file("d/f").metadata().permissions()).isEqualTo(06755);
        assertThat(layer.file("d/f").metadata().mtime()).isEqualTo(new Timestamp(5, 0));
        assertThat(layer.get("d/h")).isSameAs(layer.get("d/f"));
        assertThat(((Symlink) layer.get("d/s")).target()).isEqualTo(ByteString.utf8("../f"));
        assertThat(((SpecialFile) layer.get("d/p")).type()).isEqualTo(SpecialFile.Type.FIFO);
        assertThat(layer.tree().counts())
                .isEqualTo(new LayerCounts(5, 0, 1, 0, 5, 0, layer.tar().length()));
    }

    @Test
    void readsDevices() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.characterDevice("c", 4095, 1048575))
                .add(TarEntry.blockDevice("b", 8, 1).format(TarEntry.Format.GNU))
                .end());
        var c = (SpecialFile) layer.get("c");
        assertThat(c.type()).isEqualTo(SpecialFile.Type.CHARACTER_DEVICE);
        assertThat(c.major()).isEqualTo(4095);
        assertThat(c.minor()).isEqualTo(1048575);
        assertThat(((SpecialFile) layer.get("b")).type()).isEqualTo(SpecialFile.Type.BLOCK_DEVICE);
    }

    @Test
    void contentLiesInTheTar() throws IOException {
        Layer layer = Layer.read(
                new TarBytes().file("f", new byte[1024]).file("g", "x").end());
        assertThat(layer.file("f").extents()).containsExactly(new Extent(0, 1024, Extent.Source.DATA, 512));
        assertThat(layer.file("g").extents()).containsExactly(new Extent(0, 1, Extent.Source.DATA, 2048));
    }

    @Test
    void tailWithDirtyPaddingIsStored() throws IOException {
        String text = "x".repeat(700);
        Layer layer = Layer.read(
                new TarBytes().add(TarEntry.file("f", text).paddingByte(7)).end());
        assertThat(layer.text("f")).isEqualTo(text);
        assertThat(layer.file("f").extents())
                .containsExactly(
                        new Extent(0, 512, Extent.Source.DATA, 512), new Extent(512, 188, Extent.Source.STORED, 0));
    }

    @Test
    void tailWithoutPaddingIsStored() throws IOException {
        Layer layer = Layer.read(
                new TarBytes().add(TarEntry.file("f", "abc").unpadded()).withoutEnd());
        assertThat(layer.text("f")).isEqualTo("abc");
        assertThat(layer.file("f").extents()).containsExactly(new Extent(0, 3, Extent.Source.STORED, 0));
    }

    @Test
    void endOfArchiveMayBeMissingOrFollowedByAnything() throws IOException {
        var tar = new TarBytes().file("a", "1");
        assertThat(Layer.read(tar.withoutEnd()).text("a")).isEqualTo("1");
        assertThat(Layer.read(new TarBytes()
                                .raw(tar.withoutEnd())
                                .raw(new byte[512])
                                .withoutEnd())
                        .text("a"))
                .isEqualTo("1");
        Layer trailing = Layer.read(
                new TarBytes().raw(tar.end()).file("b", "2").raw(new byte[77]).withoutEnd());
        assertThat(trailing.find("b")).isEmpty();
    }

    @Test
    void emptyStreamIsAnEmptyLayer() throws IOException {
        for (byte[] tar : List.of(new byte[0], new byte[512], new byte[1024], new byte[10240])) {
            Layer layer = Layer.read(tar);
            assertThat(layer.tree().root().entries()).isEmpty();
            assertThat(layer.tree().root().metadata())
                    .isEqualTo(new Metadata(0555, 0, 0, Timestamp.EPOCH, Xattrs.NONE));
        }
    }

    @Test
    void missingParentsAreMade() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .file("a/b/f", "1")
                .add(TarEntry.directory("a/").mode(0700).owner(9, 9))
                .end());
        assertThat(layer.get("a").metadata().permissions()).isEqualTo(0700);
        assertThat(layer.get("a/b").metadata()).isEqualTo(new Metadata(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE));
        assertThat(layer.text("a/b/f")).isEqualTo("1");
        assertThat(layer.tree().counts().impliedDirectories()).isEqualTo(2);
    }

    @Test
    void lastEntryOfAPathWins() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .file("f", "old")
                .file("f", "new")
                .symlink("s", "f")
                .file("s", "file")
                .file("x", "file")
                .directory("x/")
                .file("x/y", "1")
                .end());
        assertThat(layer.text("f")).isEqualTo("new");
        assertThat(layer.text("s")).isEqualTo("file");
        assertThat(layer.text("x/y")).isEqualTo("1");
    }

    @Test
    void directoriesMergeTheirEntriesAndAttributes() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.directory("d/").xattr("user.a", new byte[] {1}).mode(0700))
                .file("d/f", "1")
                .add(TarEntry.directory("d/").xattr("user.b", new byte[] {2}).mode(0711))
                .end());
        assertThat(layer.text("d/f")).isEqualTo("1");
        assertThat(layer.get("d").metadata().permissions()).isEqualTo(0711);
        assertThat(layer.get("d").metadata().xattrs().size()).isEqualTo(2);
    }

    @Test
    void fileInPlaceOfADirectoryKeepsTheDirectorysTime() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.directory("d/").mtime(100))
                .file("d/f", "1")
                .add(TarEntry.file("d", "now a file").mtime(200))
                .file("i/f", "1")
                .add(TarEntry.file("i", "").mtime(200))
                .end());
        assertThat(layer.text("d")).isEqualTo("now a file");
        assertThat(layer.get("d").metadata().mtime()).isEqualTo(new Timestamp(100, 0));
        assertThat(layer.get("i").metadata().mtime()).isEqualTo(new Timestamp(200, 0));
    }

    @Test
    void hardLinkKeepsTheOldFileWhenItsPathIsReplaced() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .file("a", "old")
                .hardLink("b", "./a")
                .file("a", "new")
                .end());
        assertThat(layer.text("b")).isEqualTo("old");
        assertThat(layer.text("a")).isEqualTo("new");
    }

    @Test
    void hardLinksReachEveryTypeButDirectories() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .symlink("s", "nowhere")
                .add(TarEntry.hardLink("s2", "/s").owner(7, 8).mode(0600).mtime(1))
                .add(TarEntry.characterDevice("c", 1, 3))
                .hardLink("c2", "c")
                .add(TarEntry.fifo("p"))
                .hardLink("p2", "p")
                .end());
        assertThat(layer.get("s2")).isSameAs(layer.get("s"));
        assertThat(layer.get("s2").metadata())
                .isEqualTo(new Metadata(0777, 7, 8, new Timestamp(1_700_000_000, 0), Xattrs.NONE));
        assertThat(layer.get("c2")).isSameAs(layer.get("c"));
        assertThat(layer.get("p2")).isSameAs(layer.get("p"));
    }

    @Test
    void symlinksHaveTheOneModeThatLinuxGivesThem() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.symlink("s", "f").mode(0644).owner(7, 8).mtime(9))
                .end());
        assertThat(layer.get("s").metadata()).isEqualTo(new Metadata(0777, 7, 8, new Timestamp(9, 0), Xattrs.NONE));
    }

    @Test
    void hardLinksMetadataIsApplied() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file("d/a", "1")
                        .xattr("security.capability", CAPABILITY)
                        .xattr("user.a", new byte[0]))
                .add(TarEntry.hardLink("b", "d/a").mode(04711).owner(5, 6).mtime(9))
                .end());
        assertThat(layer.get("b")).isSameAs(layer.get("d/a"));
        assertThat(layer.get("b").metadata())
                .isEqualTo(new Metadata(
                        04711,
                        5,
                        6,
                        new Timestamp(9, 0),
                        Xattrs.of(Map.of(ByteString.utf8("user.a"), ByteString.EMPTY))));
    }

    @Test
    void whiteoutsBecomeDevices() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .whiteout("gone")
                .whiteout("d/gone")
                .add(TarEntry.file("d/.wh..wh.plnk", "").owner(3, 4).mtime(11))
                .end());
        assertThat(((SpecialFile) layer.get("gone")).isWhiteout()).isTrue();
        assertThat(((SpecialFile) layer.get("d/gone")).isWhiteout()).isTrue();
        assertThat(layer.get("d/.wh.plnk").metadata())
                .isEqualTo(new Metadata(0, 3, 4, new Timestamp(11, 0), Xattrs.NONE));
        assertThat(layer.tree().counts().whiteouts()).isEqualTo(3);
    }

    @Test
    void opaqueMarksBecomeAttributesAndStay() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .opaque("")
                .opaque("d")
                .add(TarEntry.directory("d/").xattr("user.a", new byte[] {1}))
                .end());
        Map<ByteString, ByteString> marks = Map.of(
                ByteString.utf8("trusted.overlay.opaque"), ByteString.utf8("y"),
                ByteString.utf8("user.overlay.opaque"), ByteString.utf8("y"));
        assertThat(layer.tree().root().metadata().xattrs().asMap()).isEqualTo(marks);
        assertThat(layer.get("d").metadata().xattrs().asMap())
                .containsAllEntriesOf(marks)
                .hasSize(3);
        assertThat(((Directory) layer.get("d")).entries()).isEmpty();
    }

    @Test
    void nameAfterItsWhiteoutReplacesIt() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .whiteout("f")
                .file("f", "again")
                .whiteout("d")
                .file("x", "")
                .end());
        assertThat(layer.text("f")).isEqualTo("again");
    }

    @Test
    void whiteoutsBelowAWhiteoutAreNothing() throws IOException {
        Layer layer = Layer.read(
                new TarBytes().whiteout("d").whiteout("d/e").whiteout("d/e/f").end());
        assertThat(((SpecialFile) layer.get("d")).isWhiteout()).isTrue();
        assertThat(layer.tree().counts().whiteouts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "./a/b", "/a/b", "//a///b", "a/./b/", "./././/a/b//"})
    void namesAreCleaned(String name) throws IOException {
        assertThat(Layer.read(new TarBytes().file(name, "1").end()).text("a/b")).isEqualTo("1");
    }

    @Test
    void rootEntryCountsOnlyWithASlashInFront() throws IOException {
        Layer dot = Layer.read(
                new TarBytes().add(TarEntry.directory("./").mode(0700)).end());
        assertThat(dot.tree().root().metadata().permissions()).isEqualTo(0555);
        Layer slash = Layer.read(new TarBytes()
                .add(TarEntry.directory("/").mode(0700).owner(1, 2))
                .end());
        assertThat(slash.tree().root().metadata().permissions()).isEqualTo(0700);
    }

    @Test
    void longNamesOfAllKinds() throws IOException {
        String name = "n".repeat(120) + "/" + "m".repeat(250);
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file(name + "1", "gnu").gnuLongNames())
                .add(TarEntry.file(name + "2", "pax").paxNames())
                .add(TarEntry.of('1', "h1").link(name + "1").gnuLongNames())
                .add(TarEntry.of('2', "s2").link(name + "2").paxNames())
                .add(TarEntry.file("base", "ustar").prefix("p".repeat(155)))
                .add(TarEntry.file("base", "star")
                        .prefix("q".repeat(131))
                        .raw(476, "00000000000 00000000000 ")
                        .raw(508, "tar\0"))
                .add(TarEntry.file("base", "old go").format(TarEntry.Format.GNU).prefix("some/long/prefix/of/go"))
                .end());
        assertThat(layer.text(name + "1")).isEqualTo("gnu");
        assertThat(layer.text(name + "2")).isEqualTo("pax");
        assertThat(layer.get("h1")).isSameAs(layer.get(name + "1"));
        assertThat(((Symlink) layer.get("s2")).target().toString()).isEqualTo(name + "2");
        assertThat(layer.text("p".repeat(155) + "/base")).isEqualTo("ustar");
        assertThat(layer.text("q".repeat(131) + "/base")).isEqualTo("star");
        assertThat(layer.text("some/long/prefix/of/go/base")).isEqualTo("old go");
    }

    @Test
    void gnuNameBeatsPaxPath() throws IOException {
        String gnu = "g".repeat(150);
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.file(gnu, "1").gnuLongNames().pax("path", "pax"))
                .end());
        assertThat(layer.text(gnu)).isEqualTo("1");
    }

    @Test
    void oldTypesOfFilesAndDirectories() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .add(TarEntry.of('\0', "old/").format(TarEntry.Format.V7))
                .add(TarEntry.of('\0', "old/f").format(TarEntry.Format.V7).body(new byte[] {'1'}))
                .add(TarEntry.of('7', "contiguous").body(new byte[] {'2'}))
                .add(TarEntry.file("slash/", "3"))
                .end());
        assertThat(layer.get("old")).isInstanceOf(Directory.class);
        assertThat(layer.text("old/f")).isEqualTo("1");
        assertThat(layer.text("contiguous")).isEqualTo("2");
        assertThat(layer.text("slash")).isEqualTo("3");
    }

    @Test
    void sizesOfEntriesWithoutABodyAreIgnored() throws IOException {
        Layer layer = Layer.read(new TarBytes()
                .file("f", "1")
                .add(TarEntry.hardLink("h", "f").size(4096))
                .add(TarEntry.directory("d/").size(512))
                .add(TarEntry.symlink("s", "x").size(1))
                .file("g", "2")
                .end());
        assertThat(layer.text("g")).isEqualTo("2");
    }
}
