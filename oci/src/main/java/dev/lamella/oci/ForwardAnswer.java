package dev.lamella.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * A registry's own answer, whatever its status. The body comes as it is read, at most some hundred KiB lie ready; a pause that is too long or
 * a broken connection is an {@link IOException}. To be closed, which ends the transfer.
 *
 * @param endpoint who answered, as registry and repository
 * @param status the status
 * @param headers the headers in the case they came in
 * @param body the body
 */
public record ForwardAnswer(String endpoint, int status, Map<String, List<String>> headers, InputStream body)
        implements Closeable {

    @Override
    public void close() throws IOException {
        body.close();
    }
}
