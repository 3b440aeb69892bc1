package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;

/** Reads whole bodies that have a largest size. */
final class BoundedBody {

    private BoundedBody() {}

    /**
     * Reads a body to its end.
     *
     * @throws OciException if it is larger, or breaks off
     */
    static byte[] read(BodyInput body, int bytesMax, String what) throws IOException {
        byte[] bytes;
        try {
            bytes = body.readNBytes(bytesMax + 1);
        } catch (java.io.InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new OciException(Kind.UNAVAILABLE, "%s: %s".formatted(what, e.getMessage()), e);
        }
        if (bytes.length > bytesMax) {
            throw new OciException(Kind.MALFORMED, "%s: larger than %d bytes".formatted(what, bytesMax));
        }
        return bytes;
    }
}
