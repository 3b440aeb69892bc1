package dev.lamella.cli;

import dev.lamella.client.GeneratorException;
import dev.lamella.erofs.ErofsFormatException;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.generator.PublishException;
import dev.lamella.jobs.DatabaseException;
import dev.lamella.linux.Errno;
import dev.lamella.linux.LinuxException;
import dev.lamella.node.DamagedImageStoreException;
import dev.lamella.node.DamagedLayerImageException;
import dev.lamella.node.LayerInUseException;
import dev.lamella.node.NodeException;
import dev.lamella.oci.OciException;
import dev.lamella.store.DamagedImageException;
import dev.lamella.store.IncompleteStoreException;
import dev.lamella.store.LeaseLimitException;
import dev.lamella.store.ReadOnlyStoreException;
import dev.lamella.store.RejectedVolumeException;
import dev.lamella.store.StoreBusyException;
import dev.lamella.store.StoreException;
import dev.lamella.store.StoreVersionException;
import dev.lamella.store.TooManyEntriesException;
import dev.lamella.store.VolumeMissingException;
import dev.lamella.tar.TarFormatException;
import dev.lamella.toc.TocException;
import dev.lamella.volume.BadSignatureException;
import dev.lamella.volume.BlobDigestMismatchException;
import dev.lamella.volume.BlobSizeMismatchException;
import dev.lamella.volume.CorruptCompressionException;
import dev.lamella.volume.CorruptVolumeException;
import dev.lamella.volume.DiffIdMismatchException;
import dev.lamella.volume.DiskFullException;
import dev.lamella.volume.KeyFileException;
import dev.lamella.volume.LimitExceededException;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.MalformedSignatureException;
import dev.lamella.volume.MissingSignatureException;
import dev.lamella.volume.UnknownCompressionException;
import dev.lamella.volume.UnknownKeyException;
import dev.lamella.volume.VolumeException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/**
 * How the command ends after an exception: the one place that knows all families of them.
 *
 * @param code what to exit with
 * @param message one line for people, without the program's name
 */
record Failure(ExitCode code, String message) {

    private static final int MESSAGE_CHARACTERS_MAX = 2000;

    Failure {
        String oneLine = message.replaceAll("\\s*\\R\\s*", " ").strip();
        message = oneLine.length() > MESSAGE_CHARACTERS_MAX ? oneLine.substring(0, MESSAGE_CHARACTERS_MAX) : oneLine;
    }

    /** Returns what an exception means to the caller of the command. */
    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case CommandException e -> new Failure(e.code(), said(e));
            case ConfigException e -> new Failure(ExitCode.CONFIGURATION, said(e));
            case PublishException e ->
                new Failure(
                        e.getCause() == null
                                ? ExitCode.BAD_DATA
                                : of(e.getCause()).code(),
                        said(e));
            case OciException e -> new Failure(codeOf(e.kind()), said(e));
            case GeneratorException e -> new Failure(codeOfAnswer(e.status()), said(e));
            case DatabaseException e -> new Failure(ExitCode.UNAVAILABLE, said(e));
            case NodeException e -> new Failure(codeOf(e), said(e));
            case LinuxException e -> new Failure(codeOf(e), said(e));
            case VolumeException e -> new Failure(codeOf(e), said(e));
            case StoreException e -> new Failure(codeOf(e), said(e));
            case ErofsFormatException e -> new Failure(ExitCode.BAD_DATA, said(e));
            case TarFormatException e -> new Failure(ExitCode.BAD_DATA, said(e));
            case TocException e -> new Failure(ExitCode.BAD_DATA, said(e));
            case MalformedDigestException e -> new Failure(ExitCode.USAGE, said(e));
            case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
            case ReadOnlyFileSystemException _ -> new Failure(ExitCode.CANNOT_CREATE, "the file system is read-only");
            case InterruptedException _, InterruptedIOException _, ClosedByInterruptException _ ->
                new Failure(ExitCode.GENERIC, "interrupted");
            case FileSystemException e -> ofFile(e);
            case FileNotFoundException e -> new Failure(ExitCode.NO_INPUT, said(e));
            case IOException e -> new Failure(isDiskFull(e) ? ExitCode.CANNOT_CREATE : ExitCode.IO, said(e));
            case OutOfMemoryError _ ->
                new Failure(
                        ExitCode.INTERNAL,
                        "out of memory; give it more with LAMELLA_JAVA_OPTIONS=-Xmx1g, or lower limits.entries");
            default ->
                new Failure(
                        ExitCode.INTERNAL, "internal error: %s (-vv shows where; please report it)".formatted(thrown));
        };
    }

    private static ExitCode codeOf(OciException.Kind kind) {
        return switch (kind) {
            case MALFORMED_REFERENCE -> ExitCode.USAGE;
            case MALFORMED, UNSUPPORTED, WRONG_ANSWER -> ExitCode.BAD_DATA;
            case NOT_FOUND -> ExitCode.NO_INPUT;
            case UNAUTHORIZED, FORBIDDEN, BLOCKED -> ExitCode.NO_PERMISSION;
            case RATE_LIMITED -> ExitCode.TEMPORARY;
            case UNAVAILABLE, TLS -> ExitCode.UNAVAILABLE;
            case CONFIGURATION -> ExitCode.CONFIGURATION;
        };
    }

    /** What the generator's API answered; 0 if it did not. */
    private static ExitCode codeOfAnswer(int status) {
        return switch (status) {
            case 400, 413, 422 -> ExitCode.USAGE;
            case 401, 403 -> ExitCode.NO_PERMISSION;
            case 404 -> ExitCode.NO_INPUT;
            case 409, 429, 503 -> ExitCode.TEMPORARY;
            default -> ExitCode.UNAVAILABLE;
        };
    }

    private static ExitCode codeOf(NodeException thrown) {
        return switch (thrown) {
            case DamagedLayerImageException _, DamagedImageStoreException _ -> ExitCode.BAD_DATA;
            case LayerInUseException _ -> ExitCode.GENERIC;
            default -> ExitCode.IO;
        };
    }

    private static ExitCode codeOf(LinuxException thrown) {
        return switch (thrown.errno()) {
            case Errno.EPERM, Errno.EACCES -> ExitCode.NO_PERMISSION;
            case Errno.ENOSPC -> ExitCode.CANNOT_CREATE;
            default -> ExitCode.IO;
        };
    }

    private static ExitCode codeOf(VolumeException thrown) {
        return switch (thrown) {
            case BadSignatureException _,
                    BlobDigestMismatchException _,
                    BlobSizeMismatchException _,
                    CorruptCompressionException _,
                    CorruptVolumeException _,
                    DiffIdMismatchException _,
                    LimitExceededException _,
                    MalformedDocumentException _,
                    MalformedSignatureException _,
                    MissingSignatureException _,
                    UnknownCompressionException _,
                    UnknownKeyException _ -> ExitCode.BAD_DATA;
            case DiskFullException _ -> ExitCode.CANNOT_CREATE;
            case KeyFileException _ -> ExitCode.CONFIGURATION;
        };
    }

    private static ExitCode codeOf(StoreException thrown) {
        return switch (thrown) {
            case DamagedImageException _, LeaseLimitException _, RejectedVolumeException _ -> ExitCode.BAD_DATA;
            case IncompleteStoreException _ -> ExitCode.IO;
            case ReadOnlyStoreException _ -> ExitCode.NO_PERMISSION;
            case StoreBusyException _, VolumeMissingException _ -> ExitCode.TEMPORARY;
            case StoreVersionException _, TooManyEntriesException _ -> ExitCode.CONFIGURATION;
        };
    }

    /** The messages of these are bare file names. */
    private static Failure ofFile(FileSystemException thrown) {
        String file = String.valueOf(thrown.getFile());
        return switch (thrown) {
            case NoSuchFileException _ -> new Failure(ExitCode.NO_INPUT, file + ": no such file or directory");
            case AccessDeniedException _ ->
                new Failure(ExitCode.NO_PERMISSION, file + ": permission denied; are you root?");
            case FileAlreadyExistsException _ -> new Failure(ExitCode.CANNOT_CREATE, file + ": already exists");
            case NotDirectoryException _ -> new Failure(ExitCode.CONFIGURATION, file + ": not a directory");
            default -> new Failure(isDiskFull(thrown) ? ExitCode.CANNOT_CREATE : ExitCode.IO, said(thrown));
        };
    }

    private static boolean isDiskFull(IOException thrown) {
        String said = said(thrown).toLowerCase(Locale.ROOT);
        return said.contains("no space left")
                || said.contains("quota exceeded")
                || said.contains("read-only file system");
    }

    private static String said(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
    }
}
