package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a requirement's public keys are. */
sealed interface KeySource {

    /** In files, read whenever they are needed, so that a new key counts at once. */
    record Paths(List<Path> paths) implements KeySource {}

    /** In {@code policy.json} itself. */
    record Data(List<ByteString> datas) implements KeySource {}

    /**
     * Some keys' bytes.
     *
     * @param name where they are from, for messages
     * @param content the bytes
     */
    record Keys(String name, ByteString content) {}

    /**
     * Reads all keys.
     *
     * @throws PolicyException if a file cannot be read or is too large
     */
    default List<Keys> read(SignatureLimits limits) throws PolicyException {
        var keys = new ArrayList<Keys>();
        switch (this) {
            case Data(List<ByteString> datas) -> {
                for (ByteString data : datas) {
                    keys.add(new Keys("key %d in policy.json".formatted(keys.size() + 1), data));
                }
            }
            case Paths(List<Path> paths) -> {
                for (Path path : paths) {
                    keys.add(new Keys(path.toString(), read(path, limits.keyBytes())));
                }
            }
        }
        return keys;
    }

    private static ByteString read(Path path, int bytesMax) throws PolicyException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(bytesMax + 1);
            if (content.length > bytesMax) {
                throw new PolicyException("%s: a file of keys has at most %d bytes".formatted(path, bytesMax));
            }
            return ByteString.of(content);
        } catch (PolicyException e) {
            throw e;
        } catch (IOException e) {
            throw new PolicyException(
                    "%s: cannot read the keys that policy.json names: %s".formatted(path, FileErrors.reason(e)), e);
        }
    }
}
