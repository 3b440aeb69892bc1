package dev.lamella.fuse.examples;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What programs expect of files, by POSIX and Linux, of the pass-through file system in each of its ways, and of the
 * host's own, which proves the tests.
 */
@Tag("system")
@Timeout(120)
@ParameterizedClass
@EnumSource(Served.Way.class)
abstract class PosixSuite {

    @Parameter
    Served.Way way = Served.Way.HOST;

    @TempDir
    Path scratch;

    private Served served = Served.NONE;
    Path root = Path.of("/nonexistent");

    @BeforeEach
    void serve() throws Exception {
        served = Served.start(way, scratch);
        root = served.root();
    }

    @AfterEach
    void end() throws IOException {
        served.close();
    }

    Path file(String name, String content) throws IOException {
        return Files.writeString(root.resolve(name), content);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String reason(ThrowingCallable call) {
        return String.valueOf(
                catchThrowableOfType(FileSystemException.class, call).getReason());
    }
}
