package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.StrictJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * A lease as it is kept: as long as it runs, no garbage collection takes what it names.
 *
 * @param name its name, that of its file
 * @param holder who holds it, in words for people
 * @param expires when it ends, by the store's clock
 * @param images manifest digests of the images it keeps, and with each its layers
 * @param layers DiffIDs of the volumes it keeps
 */
public record Lease(String name, String holder, Instant expires, Set<Digest> images, Set<Digest> layers) {

    /** Copies the sets. */
    public Lease {
        images = Set.copyOf(images);
        layers = Set.copyOf(layers);
    }

    static Lease of(LeaseTerms terms, Instant now) {
        Instant expires =
                now.plus(terms.lasts()).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return new Lease(terms.name(), terms.holder(), expires, terms.images(), terms.layers());
    }

    byte[] toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("lease", name);
        json.put("holder", holder);
        json.put("expires", expires.toString());
        json.put("images", new TreeSet<>(images).stream().map(Digest::toString).toList());
        json.put("layers", new TreeSet<>(layers).stream().map(Digest::toString).toList());
        return StrictJson.write(json);
    }

    static Lease parse(StrictJson json, LeaseLimits limits) throws MalformedDocumentException {
        var lease = new Lease(
                json.string("lease", 128),
                json.string("holder", LeaseTerms.HOLDER_CHARACTERS_MAX),
                json.instant("expires"),
                Set.copyOf(json.digests("images", limits.digestsMax())),
                Set.copyOf(json.digests("layers", limits.digestsMax())));
        json.end();
        return lease;
    }
}
