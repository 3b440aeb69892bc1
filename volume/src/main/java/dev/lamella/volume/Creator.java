package dev.lamella.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What volumes made by this program name as their creator. */
final class Creator {

    /** The name and version of this program, such as {@code lamella/0.1.0}. */
    static final String NAME = "lamella/" + version();

    private Creator() {}

    private static String version() {
        try (InputStream in = Creator.class.getResourceAsStream("version.txt")) {
            return in == null ? "unknown" : new String(in.readNBytes(100), StandardCharsets.UTF_8).strip();
        } catch (IOException _) {
            return "unknown";
        }
    }
}
