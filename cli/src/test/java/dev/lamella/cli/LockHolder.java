package dev.lamella.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that holds a lock until its standard input ends or it is killed: {@code FILE}. */
final class LockHolder {

    private LockHolder() {}

    /** Locks, says so and waits. */
    public static void main(String[] arguments) throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            System.out.println("locked");
            int _ = System.in.read();
        }
    }

    static Process start(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")),
                        LockHolder.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
    }
}
