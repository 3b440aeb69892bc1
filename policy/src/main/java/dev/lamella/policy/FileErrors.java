package dev.lamella.policy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says why a file cannot be read, without its name, which the message has already. */
final class FileErrors {

    private FileErrors() {}

    static String reason(IOException thrown) {
        return switch (thrown) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(thrown.getMessage());
        };
    }
}
