package dev.lamella.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a leak would show in.
 *
 * @param descriptors open ones of this process
 * @param threads of this module
 */
record ProcessState(long descriptors, long threads) {

    static ProcessState now() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("fuse-"))
                    .count();
            return new ProcessState(files.count(), threads);
        }
    }
}
