package dev.lamella.fuse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.fuse.Feature;
import dev.lamella.fuse.FileRequest;
import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who reads the content. */
@Tag("system")
@Timeout(60)
class PassthroughFileSystemTest {

    private static final byte[] CONTENT = new byte[300_000];

    @TempDir
    Path scratch;

    @BeforeEach
    void makeDirectories() throws Exception {
        Files.createDirectory(scratch.resolve("mount"));
        Files.write(Files.createDirectory(scratch.resolve("host")).resolve("a"), CONTENT);
    }

    /** Counts what it is asked to read and write. */
    private static final class Counting extends PassthroughFileSystem {

        final AtomicInteger transfers = new AtomicInteger();

        Counting(Path root, Content content) throws FuseException {
            super(root, content, 1_000_000_000);
        }

        @Override
        public MemorySegment read(FileRequest.Read request, MemorySegment buffer) throws FuseException {
            transfers.incrementAndGet();
            return super.read(request, buffer);
        }

        @Override
        public int write(FileRequest.Write request) throws FuseException {
            transfers.incrementAndGet();
            return super.write(request);
        }
    }

    private int transfers(PassthroughFileSystem.Content content) throws Exception {
        var fileSystem = new Counting(scratch.resolve("host"), content);
        SessionOptions options = SessionOptions.DEFAULT.with(Feature.PASSTHROUGH);
        Path file = scratch.resolve("mount/a");
        try (Session session = Session.mount(scratch.resolve("mount"), MountOptions.of("pass"), fileSystem, options)) {
            assertThat(session.agreement().stackDepth()).isEqualTo(1);
            try (FileChannel one = FileChannel.open(file, StandardOpenOption.READ);
                    FileChannel two = FileChannel.open(file, StandardOpenOption.WRITE)) {
                two.write(ByteBuffer.wrap(new byte[] {7}), 1000);
                var read = ByteBuffer.allocate(1);
                one.read(read, 1000);
                assertThat(read.get(0)).isEqualTo((byte) 7);
            }
            assertThat(Files.readAllBytes(file)).hasSize(CONTENT.length);
        }
        return fileSystem.transfers.get();
    }

    @Test
    void theKernelReadsAndWritesByItself() throws Exception {
        assertThat(transfers(PassthroughFileSystem.Content.PASSTHROUGH)).isZero();
    }

    @Test
    void orAsksForEveryTransfer() throws Exception {
        assertThat(transfers(PassthroughFileSystem.Content.CACHED)).isPositive();
        assertThat(transfers(PassthroughFileSystem.Content.DIRECT)).isPositive();
    }
}
