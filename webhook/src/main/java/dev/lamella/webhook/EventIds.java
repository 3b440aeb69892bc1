package dev.lamella.webhook;

import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;

/** Makes IDs of events that may stand in logs and keys, whatever a payload says. */
final class EventIds {

    private static final int CHARS_MAX = 200;

    private EventIds() {}

    /** Returns the parts with slashes between them; the hash of that if it is long or not all visible characters. */
    static String of(String... parts) {
        String id = String.join("/", parts);
        boolean fit = id.length() <= CHARS_MAX && id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        return fit ? id : Digest.sha256Of(id.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
