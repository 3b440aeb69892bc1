package dev.lamella.generator;

import java.io.IOException;
import java.io.InputStream;

/** Where the blobs of an image's layers come from. */
@FunctionalInterface
interface BlobSource {

    /** Begins to read a layer's blob; the caller closes it. */
    InputStream open(WantedLayer layer) throws IOException;
}
