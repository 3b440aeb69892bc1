package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.store.DamagedImageException;
import dev.lamella.store.ReadOnlyStoreException;
import dev.lamella.store.StoreBusyException;
import dev.lamella.store.StoreVersionException;
import dev.lamella.store.VolumeMissingException;
import dev.lamella.volume.BadSignatureException;
import dev.lamella.volume.BlobDigestMismatchException;
import dev.lamella.volume.DiffIdMismatchException;
import dev.lamella.volume.DiskFullException;
import dev.lamella.volume.KeyFileException;
import dev.lamella.volume.LimitExceededException;
import dev.lamella.volume.UnknownCompressionException;
import dev.lamella.volume.UnknownKeyException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

    private static final Path FILE = Path.of("/store/file");
    private static final Digest ONE = Digest.sha256Of(new byte[] {1});
    private static final Digest TWO = Digest.sha256Of(new byte[] {2});

    static Stream<Arguments> thrown() {
        return Stream.of(
                Arguments.of(new ConfigException(FILE, 1, 2, "x"), ExitCode.CONFIGURATION, "/store/file:1:2: x"),
                Arguments.of(
                        new CommandException(ExitCode.NO_INPUT, "no such image"), ExitCode.NO_INPUT, "no such image"),
                Arguments.of(new BadSignatureException("f", "0123"), ExitCode.BAD_DATA, "bad signature"),
                Arguments.of(new UnknownKeyException("f", "0123"), ExitCode.BAD_DATA, "unknown key"),
                Arguments.of(new BlobDigestMismatchException(ONE, TWO), ExitCode.BAD_DATA, "the bytes received"),
                Arguments.of(new DiffIdMismatchException(ONE, ONE, TWO), ExitCode.BAD_DATA, "DiffID"),
                Arguments.of(new UnknownCompressionException("xz"), ExitCode.BAD_DATA, "expected gzip, zstd"),
                Arguments.of(new LimitExceededException("dataSizeBytesMax", 1, 2), ExitCode.BAD_DATA, "exceeds"),
                Arguments.of(new KeyFileException(FILE, "not a key"), ExitCode.CONFIGURATION, "not a key"),
                Arguments.of(new DiskFullException(FILE, 2, 1), ExitCode.CANNOT_CREATE, "no space left"),
                Arguments.of(new StoreVersionException(FILE, "not a store"), ExitCode.CONFIGURATION, "not a store"),
                Arguments.of(new StoreBusyException(FILE, 30_000), ExitCode.TEMPORARY, "try again"),
                Arguments.of(new VolumeMissingException(ONE, TWO), ExitCode.TEMPORARY, "publish the layer again"),
                Arguments.of(new ReadOnlyStoreException(FILE), ExitCode.NO_PERMISSION, "reading only"),
                Arguments.of(new DamagedImageException(FILE, "odd"), ExitCode.BAD_DATA, "odd"),
                Arguments.of(new NoSuchFileException("/x"), ExitCode.NO_INPUT, "/x: no such file or directory"),
                Arguments.of(new AccessDeniedException("/x"), ExitCode.NO_PERMISSION, "/x: permission denied"),
                Arguments.of(
                        new FileSystemException("/x", null, "No space left on device"),
                        ExitCode.CANNOT_CREATE,
                        "No space left"),
                Arguments.of(new FileSystemException("/x", null, "Input/output error"), ExitCode.IO, "Input/output"),
                Arguments.of(new IOException("No space left on device"), ExitCode.CANNOT_CREATE, "No space left"),
                Arguments.of(new IOException("broken"), ExitCode.IO, "broken"),
                Arguments.of(new IOException(), ExitCode.IO, "IOException"),
                Arguments.of(new UncheckedIOException(new IOException("broken")), ExitCode.IO, "broken"),
                Arguments.of(new InterruptedIOException(), ExitCode.GENERIC, "interrupted"),
                Arguments.of(new InterruptedException(), ExitCode.GENERIC, "interrupted"),
                Arguments.of(new IllegalStateException("oops"), ExitCode.INTERNAL, "internal error"),
                Arguments.of(new OutOfMemoryError(), ExitCode.INTERNAL, "out of memory"));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void eachFamilyHasItsCode(Throwable thrown, ExitCode code, String part) {
        Failure failure = Failure.of(thrown);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.message()).contains(part).doesNotContain("\n");
    }

    @Test
    void messagesAreOneLineOfBoundedLength() {
        var thrown = new IOException("first\n  second\r\n" + "x".repeat(5000));
        assertThat(Failure.of(thrown).message()).startsWith("first second x").hasSize(2000);
    }
}
