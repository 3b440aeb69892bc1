package dev.lamella.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.Node;
import dev.lamella.filetree.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** A layer read by the code under test, with the bytes its extents point into. */
record Layer(ByteString tar, ByteString stored, LayerTree tree) {

    static Layer read(byte[] tar) throws IOException {
        return read(tar, TarLimits.DEFAULT);
    }

    static Layer read(byte[] tar, TarLimits limits) throws IOException {
        var stored = new ByteArrayOutputStream();
        LayerTree tree = LayerReader.read(new ByteArrayInputStream(tar), stored, limits);
        assertThat(tree.counts().tarBytes()).isEqualTo(tar.length);
        assertThat(tree.counts().storedBytes()).isEqualTo(stored.size());
        return new Layer(ByteString.of(tar), ByteString.of(stored.toByteArray()), tree);
    }

    Optional<Node> find(String path) {
        Node at = tree.root();
        for (String name : path.split("/", -1)) {
            Optional<Node> next =
                    at instanceof Directory directory ? directory.get(ByteString.utf8(name)) : Optional.<Node>empty();
            if (next.isEmpty()) {
                return next;
            }
            at = next.get();
        }
        return Optional.of(at);
    }

    Node get(String path) {
        return find(path).orElseThrow(() -> new AssertionError("no " + path + " in the layer"));
    }

    RegularFile file(String path) {
        return (RegularFile) get(path);
    }

    /** Returns a file's bytes and checks that its extents can be mapped by blocks of 512 with zeros behind the end. */
    byte[] content(String path) {
        RegularFile file = file(path);
        var content = new byte[(int) file.size()];
        for (Extent extent : file.extents()) {
            ByteString source = extent.source() == Extent.Source.DATA ? tar : stored;
            assertThat(extent.fileOffset() % 512).isZero();
            assertThat(extent.sourceOffset() % 512).isZero();
            long end = extent.fileOffset() + extent.length();
            assertThat(end % 512 == 0 || end == file.size())
                    .as("ends at a block or the file's end")
                    .isTrue();
            for (long i = 0; i < extent.length(); i++) {
                content[(int) (extent.fileOffset() + i)] = source.at((int) (extent.sourceOffset() + i));
            }
            for (long i = extent.length(); i % 512 != 0; i++) {
                assertThat(source.at((int) (extent.sourceOffset() + i)))
                        .as("behind the end")
                        .isZero();
            }
        }
        return content;
    }

    String text(String path) {
        return ByteString.of(content(path)).toString();
    }
}
