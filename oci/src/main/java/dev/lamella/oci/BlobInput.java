package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A blob as a stream that goes on where it broke off: at the same endpoint by Range, then at the next. It never gives more bytes than the
 * descriptor says, and ends early only with an exception. Digests are the reader's to check. For one thread.
 */
final class BlobInput extends InputStream {

    private static final Logger LOG = LoggerFactory.getLogger(BlobInput.class);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(?:\\d{1,18}|\\*)");

    private final Descriptor blob;
    private final List<EndpointClient> clients;
    private final int resumesMax;
    private final long pauseMillisMax;
    private int client;
    private long position;
    private int failuresHere;
    private @Nullable BodyInput body;
    private boolean closed;

    BlobInput(Descriptor blob, List<EndpointClient> clients, RegistryLimits limits) {
        this.blob = blob;
        this.clients = List.copyOf(clients);
        this.resumesMax = limits.resumes();
        this.pauseMillisMax = limits.retryAfterMillisMax();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (true) {
            try {
                BodyInput source = body != null ? body : open();
                int count = source.read(target, offset, length);
                if (count < 0 && position == blob.sizeBytes()) {
                    return -1;
                }
                if (count < 0) {
                    throw new OciException(Kind.UNAVAILABLE, "it ended");
                }
                if (count > blob.sizeBytes() - position) {
                    throw new OciException(
                            Kind.MALFORMED,
                            "blob %s: longer than the %d bytes the manifest says"
                                    .formatted(blob.digest(), blob.sizeBytes()));
                }
                position += count;
                failuresHere = 0;
                return count;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                recover(e);
            }
        }
    }

    /** Opens the blob at the position; passing failures are {@link #recover}'s to count. */
    private BodyInput open() throws IOException {
        HttpResponse<BodyInput> answer = clients.get(client).blob(blob, position);
        BodyInput opened = answer.body();
        try {
            if (position > 0) {
                skipTo(answer, opened);
            }
            OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
            boolean whole = answer.statusCode() == 200;
            if (whole && length.isPresent() && length.getAsLong() != blob.sizeBytes()) {
                throw new OciException(
                        Kind.MALFORMED,
                        "blob %s: the registry has %d bytes, the manifest says %d"
                                .formatted(blob.digest(), length.getAsLong(), blob.sizeBytes()));
            }
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        body = opened;
        return opened;
    }

    private void skipTo(HttpResponse<BodyInput> answer, BodyInput opened) throws IOException {
        if (answer.statusCode() == 200) {
            // A server without ranges sends all of it again.
            opened.skipNBytes(position);
            return;
        }
        String said = answer.headers().firstValue("Content-Range").orElse("");
        Matcher range = CONTENT_RANGE.matcher(said);
        if (!range.matches() || Long.parseLong(range.group(1)) != position) {
            throw new OciException(
                    Kind.WRONG_ANSWER,
                    "blob %s: asked for bytes from %d on, got \"%s\""
                            .formatted(blob.digest(), position, Printable.of(said)));
        }
    }

    /** Decides how to go on after a failure, or throws it. */
    private void recover(IOException thrown) throws IOException {
        if (body != null) {
            body.close();
            body = null;
        }
        String where = "blob %s, broken off at %d of %d bytes".formatted(blob.digest(), position, blob.sizeBytes());
        OciException failure = thrown instanceof OciException known
                ? known
                : new OciException(Kind.UNAVAILABLE, "%s: %s".formatted(where, thrown.getMessage()), thrown);
        failuresHere++;
        RetryPolicy retries = clients.get(client).retries();
        long pauseMillis = retries.pauseMillis(failuresHere, failure.retryAfterMillis());
        boolean again = failure.isPassing() && failuresHere <= resumesMax && pauseMillis <= pauseMillisMax;
        if (again) {
            LOG.debug("{}, trying again in {} ms: {}", where, pauseMillis, failure.getMessage());
            retries.pause(pauseMillis);
            return;
        }
        if (client + 1 < clients.size()) {
            LOG.warn(
                    "{}: {}; going on at {}",
                    where,
                    failure.getMessage(),
                    clients.get(client + 1).endpoint().name());
            client++;
            failuresHere = 0;
            return;
        }
        String message = String.valueOf(failure.getMessage());
        throw message.contains(blob.digest().hex())
                ? failure
                : new OciException(failure.kind(), "%s: %s".formatted(where, message), failure);
    }

    @Override
    public void close() {
        closed = true;
        if (body != null) {
            body.close();
        }
    }
}
