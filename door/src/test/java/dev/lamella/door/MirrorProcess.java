package dev.lamella.door;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A {@link TestMirror} as a process of its own, so that a test can give it little memory: DIRECTORY, with {@code registries.conf}. */
final class MirrorProcess {

    private MirrorProcess() {}

    /** Prints the address and runs until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        String conf = Files.readString(directory.resolve("registries.conf"));
        try (TestMirror mirror = TestMirror.start(directory, conf, Duration.ofSeconds(1))) {
            System.out.println(mirror.address());
            while (System.in.read() >= 0) {
                // Until the test closes it.
            }
        }
    }
}
