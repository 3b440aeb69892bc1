package dev.lamella.generator;

import dev.lamella.oci.OciException;
import dev.lamella.store.StoreBusyException;
import dev.lamella.store.StoreException;
import dev.lamella.store.VolumeMissingException;
import dev.lamella.tar.TarFormatException;
import dev.lamella.toc.TocException;
import dev.lamella.volume.BlobDigestMismatchException;
import dev.lamella.volume.BlobSizeMismatchException;
import dev.lamella.volume.DiskFullException;
import dev.lamella.volume.VolumeException;

/** Tells failures that may pass from those that stay, however often it is tried: the one place that knows all families of them. */
final class FailureKinds {

    private FailureKinds() {}

    static boolean mayPass(Throwable failure) {
        return switch (failure) {
            case PublishException e -> e.getCause() != null && mayPass(e.getCause());
            case OciException e -> mayPass(e.kind());
            // What came over the network may be right the next time; a disk may be emptied.
            case BlobDigestMismatchException _, BlobSizeMismatchException _, DiskFullException _ -> true;
            case VolumeException _, TarFormatException _, TocException _ -> false;
            case StoreBusyException _, VolumeMissingException _ -> true;
            case StoreException _ -> false;
            default -> true;
        };
    }

    private static boolean mayPass(OciException.Kind kind) {
        return switch (kind) {
            case RATE_LIMITED, UNAVAILABLE, TLS, WRONG_ANSWER -> true;
            case MALFORMED_REFERENCE,
                    MALFORMED,
                    UNSUPPORTED,
                    NOT_FOUND,
                    UNAUTHORIZED,
                    FORBIDDEN,
                    BLOCKED,
                    CONFIGURATION -> false;
        };
    }
}
