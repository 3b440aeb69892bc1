package dev.lamella.cli;

import dev.lamella.node.EngineStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code storage.conf} on disk. Beside a file that was changed stand its former bytes, {@code .lamella-backup}, and the bytes that were
 * written, {@code .lamella-written}, which tell whether somebody else has changed it since.
 */
final class StorageConfFile {

    /** The file a system without one of its own starts from. */
    static final Path SYSTEM_DEFAULT = EngineStores.CONF_DEFAULT;

    private static final long FILE_BYTES_MAX = 1 << 20;

    private final Path file;
    private final Path systemDefault;

    /** What a change came to. */
    enum Outcome {
        /** The file is as it was before the call. */
        UNCHANGED,
        /** The image store was added. */
        WRITTEN,
        /** The file was made. */
        CREATED,
        /** The file has the bytes again that it had before Lamella. */
        RESTORED,
        /** The file that Lamella made is gone. */
        DELETED,
        /** Our entry was taken out; somebody's later changes stay. */
        ENTRY_REMOVED
    }

    /** Follows a symbolic link, so that it stays one. */
    StorageConfFile(Path file, Path systemDefault) throws IOException {
        this.file = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        this.systemDefault = systemDefault;
    }

    Path file() {
        return file;
    }

    Path backup() {
        return file.resolveSibling(file.getFileName() + ".lamella-backup");
    }

    private Path written() {
        return file.resolveSibling(file.getFileName() + ".lamella-written");
    }

    /** Adds an image store, if it is not there. */
    Outcome write(Path imageStore) throws IOException {
        byte @Nullable [] now = bytes(file);
        byte[] start = now != null ? now : startingPoint();
        StorageConf conf = StorageConf.parse(decode(start, file), file);
        if (now != null && conf.lists(imageStore)) {
            return Outcome.UNCHANGED;
        }
        String edited = conf.with(imageStore)
                .orElseThrow(() -> new CommandException(
                        ExitCode.BAD_DATA,
                        "%s: cannot be edited without harm; add %s to storage.options.additionalimagestores by hand"
                                .formatted(file, imageStore)));
        boolean isOurs = now != null && Arrays.equals(now, bytes(written()));
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (now == null) {
            Files.deleteIfExists(backup());
        } else if (!isOurs) {
            replace(backup(), now);
        }
        byte[] content = edited.getBytes(StandardCharsets.UTF_8);
        replace(written(), content);
        replace(file, content);
        return now == null ? Outcome.CREATED : Outcome.WRITTEN;
    }

    /** Takes back what {@link #write} did. */
    Outcome undo(Path imageStore) throws IOException {
        byte @Nullable [] now = bytes(file);
        byte @Nullable [] ours = bytes(written());
        byte @Nullable [] before = bytes(backup());
        if (now != null && ours != null && Arrays.equals(now, ours)) {
            if (before == null) {
                Files.delete(file);
            } else {
                replace(file, before);
            }
            forget();
            return before == null ? Outcome.DELETED : Outcome.RESTORED;
        }
        if (now == null) {
            forget();
            return Outcome.UNCHANGED;
        }
        // An earlier configuration may have added another one.
        var stores = new LinkedHashSet<Path>();
        stores.add(imageStore);
        added().forEach(store -> stores.add(Path.of(store)));
        StorageConf conf = StorageConf.parse(decode(now, file), file);
        for (Path store : stores) {
            if (conf.lists(store)) {
                conf = StorageConf.parse(without(conf, store), file);
            }
        }
        byte[] edited = conf.text().getBytes(StandardCharsets.UTF_8);
        boolean isEdited = !Arrays.equals(edited, now);
        if (isEdited) {
            replace(file, edited);
        }
        forget();
        return isEdited ? Outcome.ENTRY_REMOVED : Outcome.UNCHANGED;
    }

    private String without(StorageConf conf, Path store) throws CommandException {
        return conf.without(store)
                .orElseThrow(() -> new CommandException(
                        ExitCode.BAD_DATA,
                        "%s: was changed since, and cannot be edited without harm; remove %s from it by hand"
                                .formatted(file, store)));
    }

    /** Returns the image stores that Lamella has added to the file and that are there still. */
    List<String> added() throws IOException {
        byte @Nullable [] now = bytes(file);
        byte @Nullable [] ours = bytes(written());
        if (now == null || ours == null) {
            return List.of();
        }
        byte @Nullable [] before = bytes(backup());
        var added = new ArrayList<>(stores(now));
        added.retainAll(stores(ours));
        if (before != null) {
            added.removeAll(stores(before));
        }
        return added;
    }

    private List<String> stores(byte[] content) throws IOException {
        return StorageConf.parse(decode(content, file), file).imageStores();
    }

    private void forget() throws IOException {
        for (Path path : List.of(written(), backup())) {
            Files.deleteIfExists(path);
        }
    }

    private byte[] startingPoint() throws IOException {
        byte @Nullable [] standard = bytes(systemDefault);
        return standard != null ? standard : StorageConf.minimal().getBytes(StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] bytes(Path path) throws IOException {
        if (Files.notExists(path)) {
            return null;
        }
        if (Files.size(path) > FILE_BYTES_MAX) {
            throw new CommandException(
                    ExitCode.BAD_DATA, "%s: larger than %s".formatted(path, ByteSize.exact(FILE_BYTES_MAX)));
        }
        return Files.readAllBytes(path);
    }

    private static String decode(byte[] content, Path file) throws CommandException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new CommandException(ExitCode.BAD_DATA, file + ": not a text in UTF-8");
        }
    }

    /** Writes a file with the owner and mode of {@code storage.conf}; a new one is readable by all. */
    private void replace(Path target, byte[] content) throws IOException {
        AtomicFile.write(
                target, content, Files.exists(file) ? AtomicFile.Rights.as(file) : AtomicFile.Rights.of("rw-r--r--"));
    }
}
