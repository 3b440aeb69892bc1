package dev.lamella.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Server-sent events: those named {@code job}, one after the other; comments, by which the server shows that it lives, are passed over.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events, HTML</a>
 */
final class EventInput {

    private static final int DATA_CHARS_MAX = 8 << 20;

    private final BufferedReader lines;
    private final Watchdog watch;

    EventInput(InputStream in, Watchdog watch) {
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.watch = watch;
    }

    /** Returns the data of the next event; nothing at the end of the stream. */
    Optional<String> next() throws IOException {
        var data = new StringBuilder();
        String name = "message";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            watch.heard();
            if (line.isEmpty()) {
                if (name.equals("job") && !data.isEmpty()) {
                    return Optional.of(data.toString());
                }
                name = "message";
                data.setLength(0);
            } else if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring("data:".length()).strip());
            }
            if (data.length() > DATA_CHARS_MAX) {
                throw new IOException("an event of more than %d characters".formatted(DATA_CHARS_MAX));
            }
        }
        return Optional.empty();
    }
}
