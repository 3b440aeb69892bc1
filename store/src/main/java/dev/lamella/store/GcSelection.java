package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Goes through images and volumes: says why each stays, notes those that nobody needs, and finds those whose grace time is over. */
record GcSelection(CollectedArea images, CollectedArea volumes, GcTally tally, GcOptions options, Instant now) {

    /**
     * What may go.
     *
     * @param images manifest digests
     * @param volumes DiffIDs
     * @param needs what was seen to be needed
     */
    record Due(List<Digest> images, List<Digest> volumes, Needs needs) {}

    /** An image that is published begins a new grace time when nobody needs it any more, be it before the next collection. */
    static void forgetNotes(StoreFiles files, ImageRecord image) throws IOException {
        new CollectedArea(files, GcKind.IMAGE, files.layout().images()).forgetNote(image.manifestDigest());
        var volumes = new CollectedArea(files, GcKind.VOLUME, files.layout().volumes());
        for (LayerRecord layer : image.layers()) {
            volumes.forgetNote(layer.diffId());
        }
    }

    /** Selects. What is there is listed first: what is published after that has a lease, and is none of ours. */
    Due select(NeedsReader reader) throws IOException {
        List<Digest> presentImages = images.present();
        List<Digest> presentVolumes = volumes.present();
        Needs needs = reader.look();
        // A volume goes after the images that need it.
        Map<Digest, Instant> imagesGo = new HashMap<>();
        var unneeded = new HashSet<Digest>();
        var due = new ArrayList<Digest>();
        for (Digest image : presentImages) {
            Optional<GcReason> reason = needs.ofImage(image);
            if (reason.isPresent()) {
                tally.kept(GcKind.IMAGE, image.toString(), reason.get());
                continue;
            }
            unneeded.add(image);
            Instant until = decide(images, image, Instant.MIN, due);
            needs.layersOf(image).forEach(layer -> imagesGo.merge(layer, until, (a, b) -> a.isAfter(b) ? a : b));
        }
        forgetOtherNotes(images, unneeded, needs);
        return new Due(due, dueVolumes(presentVolumes, needs, imagesGo), needs);
    }

    private List<Digest> dueVolumes(List<Digest> present, Needs needs, Map<Digest, Instant> imagesGo)
            throws IOException {
        var unneeded = new HashSet<Digest>();
        var due = new ArrayList<Digest>();
        for (Digest volume : present) {
            Optional<GcReason> reason = needs.ofVolume(volume);
            if (reason.isPresent()) {
                tally.kept(GcKind.VOLUME, volume.toString(), reason.get());
                continue;
            }
            unneeded.add(volume);
            Instant _ = decide(volumes, volume, imagesGo.getOrDefault(volume, Instant.MIN), due);
        }
        forgetOtherNotes(volumes, unneeded, needs);
        return due;
    }

    /** Returns when something that nobody needs may go, which is not before {@code earliest}. */
    private Instant decide(CollectedArea area, Digest digest, Instant earliest, List<Digest> due) throws IOException {
        Optional<Instant> noted = area.noted(digest, now);
        if (noted.isEmpty() && !options.dryRun()) {
            area.note(digest, now);
        }
        Instant since = noted.orElse(now);
        Instant graceEnd = since.plus(options.grace());
        Instant until = graceEnd.isAfter(earliest) ? graceEnd : earliest;
        if (until.isAfter(now)) {
            tally.waiting(new GcReport.Waiting(area.kind(), digest.toString(), area.sizeBytes(digest), since, until));
        } else {
            due.add(digest);
        }
        return until;
    }

    /** What is needed now begins a new grace time when it is not any more; of what may be needed nobody can tell. */
    private void forgetOtherNotes(CollectedArea area, Set<Digest> unneeded, Needs needs) throws IOException {
        if (!options.dryRun() && needs.isSure()) {
            area.forgetNotesBut(unneeded);
        }
    }
}
