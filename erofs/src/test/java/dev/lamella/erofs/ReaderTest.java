package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.RandomTrees;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Damaged and hostile images. */
class ReaderTest {

    private static final int INCOMPATIBLE = Superblock.OFFSET + 80;
    private static final int PACKED_NID = Superblock.OFFSET + 96;

    /** An image whose packed inode is the file {@code f}, or the root. */
    private static MemorySegment withPackedInode(long size, boolean root) throws ErofsFormatException {
        Directory tree = Trees.directory();
        tree.put(ByteString.utf8("f"), Trees.file(size, Trees.data(0, size, 0)));
        byte[] image = Trees.write(tree, size, Trees.NOTHING).toArray(ValueLayout.JAVA_BYTE);
        var opened = new ErofsImage(MemorySegment.ofArray(image), ErofsLimits.DEFAULT);
        long rootNid = opened.superblock.rootNid();
        long fileNid = opened.entries(opened.inode(rootNid)).getLast().nid();
        ByteBuffer.wrap(image)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(INCOMPATIBLE, opened.superblock.incompatible() | Superblock.PACKED_INODE)
                .putLong(PACKED_NID, root ? rootNid : fileNid);
        return MemorySegment.ofArray(image);
    }

    @Test
    void packedInodeIsAFlatFile() throws ErofsFormatException {
        for (MemorySegment image : new MemorySegment[] {withPackedInode(512, true), withPackedInode(1L << 30, false)}) {
            assertThatExceptionOfType(ErofsFormatException.class)
                    .isThrownBy(() -> ErofsReader.readTree(image, ErofsLimits.DEFAULT))
                    .satisfies(e -> assertThat(e.problem()).isEqualTo(ErofsFormatException.Problem.BAD_INODE))
                    .withMessageContaining("the packed inode is a");
        }
    }

    @Test
    void damagedImagesEndInDeclaredErrorsOnly() {
        Fuzz.run(1500, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, random.nextInt(30));
            byte[] image = Trees.write(tree).toArray(ValueLayout.JAVA_BYTE);
            byte[] damaged = Mutations.mutate(random, image);
            if (!random.oneIn(4)) {
                // Of the right size, so that damage is met deeper.
                damaged = Arrays.copyOf(damaged, image.length);
            }
            try {
                ErofsReader.readTree(MemorySegment.ofArray(damaged), ErofsLimits.DEFAULT);
                ErofsDump.print(MemorySegment.ofArray(damaged), new StringBuilder());
            } catch (ErofsFormatException e) {
                assertThat(e).hasMessageContaining("EROFS image, offset " + e.offset());
            }
        });
    }
}
