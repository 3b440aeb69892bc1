package dev.lamella.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Sends requests of HTTP and returns what is answered, whatever it is. Thread-safe. */
interface Transport extends Closeable {

    /** The largest answer that is read. */
    int ANSWER_BYTES_MAX = 64 << 20;

    /**
     * A request.
     *
     * @param method the method
     * @param path path and query, encoded
     * @param headers names and values
     * @param body what is sent with it, perhaps nothing
     */
    record Call(String method, String path, Map<String, String> headers, String body) {

        String shown() {
            int query = path.indexOf('?');
            return method + " " + (query < 0 ? path : path.substring(0, query));
        }
    }

    /**
     * The head of an answer, and its body to be read.
     *
     * @param status the status
     * @param headers names in lower case
     * @param body the body; the caller closes it, which ends the connection if anything is left
     */
    record Answer(int status, Map<String, List<String>> headers, InputStream body) implements Closeable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /**
     * Sends a request and waits for the head of the answer.
     *
     * @throws IOException if there is none in this time
     */
    Answer send(Call call, Duration wait) throws IOException;
}
