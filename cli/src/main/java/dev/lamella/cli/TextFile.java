package dev.lamella.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Small files that the configuration consists of. */
final class TextFile {

    private TextFile() {}

    /**
     * Reads a file.
     *
     * @throws ConfigException if it is missing, too large, or not in UTF-8
     */
    static String read(Path file, long bytesMax) throws IOException {
        try {
            if (Files.size(file) > bytesMax) {
                throw new ConfigException(file, 0, 0, "larger than %s".formatted(ByteSize.exact(bytesMax)));
            }
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            throw new ConfigException(file, 0, 0, "no such file");
        } catch (CharacterCodingException _) {
            throw new ConfigException(file, 0, 0, "not a text in UTF-8");
        }
    }
}
