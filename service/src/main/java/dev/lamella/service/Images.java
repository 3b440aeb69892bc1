package dev.lamella.service;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Reference;
import dev.lamella.store.VolumeStore;
import java.io.IOException;
import java.util.List;

/**
 * The images of the store, to be seen and taken away. Only references are taken away: an image that none leads to is not seen any more, and
 * goes with the next collection of garbage unless a node still shows it.
 *
 * @param store where they are
 * @param catalogue what is known of them without asking it
 */
record Images(VolumeStore store, Catalogue catalogue) {

    /**
     * Removes a reference.
     *
     * @return whether there was one
     */
    boolean removeReference(Reference reference) throws IOException {
        boolean was = store.removeReference(reference.toString());
        catalogue.refresh();
        return was;
    }

    /**
     * Removes all references to an image.
     *
     * @return those that there were
     */
    List<String> removeReferences(Digest manifest) throws IOException {
        List<String> references = store.references(manifest);
        for (String reference : references) {
            store.removeReference(reference);
        }
        catalogue.refresh();
        return references;
    }
}
