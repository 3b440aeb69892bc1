package dev.lamella.node;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mark on the disk that says that somebody is changing something: found by the next one, it tells that he was killed. To look through everything for
 * what he may have left takes long where much is shown, so that it is done only then. Used under the lock of the node.
 */
final class UnfinishedWork {

    private final Path mark;

    UnfinishedWork(Path state) {
        this.mark = state.resolve("unfinished");
    }

    /** Begins to change something; returns whether somebody else had begun and not ended. */
    boolean begin() throws IOException {
        try {
            Files.createFile(mark);
            return false;
        } catch (FileAlreadyExistsException _) {
            return true;
        }
    }

    /** Nothing is left over. */
    void end() throws IOException {
        Files.deleteIfExists(mark);
    }
}
