package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.CorruptVolumeException;
import dev.lamella.volume.DurableFiles;
import dev.lamella.volume.MissingSignatureException;
import dev.lamella.volume.SignedDescriptor;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The volumes of a directory store. */
record DirectoryVolumes(StoreFiles files) {

    private static final int RACES_MAX = 10;

    Optional<Volume> find(Digest diffId) throws IOException {
        Path directory = files.layout().volume(diffId);
        for (int race = 1; ; race++) {
            try {
                return Optional.of(read(directory, diffId));
            } catch (NoSuchFileException | MissingSignatureException e) {
                if (Files.notExists(directory.resolve(Volume.DESCRIPTOR))) {
                    return Optional.empty(); // perhaps removed while it was read
                }
                if (race == RACES_MAX) {
                    throw e; // not just published anew: the file is missing
                }
            }
        }
    }

    private Volume read(Path directory, Digest diffId) throws IOException {
        VolumeDescriptor descriptor =
                SignedDescriptor.read(directory, files.config().trusted());
        if (!descriptor.diffId().equals(diffId)) {
            throw new CorruptVolumeException(
                    directory.resolve(Volume.DESCRIPTOR),
                    -1,
                    "the descriptor of another volume, %s".formatted(descriptor.diffId()));
        }
        Volume volume = Volume.in(directory, descriptor);
        requireSize(volume.data(), descriptor.dataSizeBytes());
        requireSize(volume.index(), descriptor.indexSizeBytes());
        return volume;
    }

    List<Digest> list() throws IOException {
        return files.list(files.layout().volumes()).stream()
                .filter(diffId -> Files.exists(files.layout().volume(diffId).resolve(Volume.DESCRIPTOR)))
                .toList();
    }

    VolumeDraft newVolume(Digest diffId) throws IOException {
        if (!diffId.algorithm().equals(Digest.SHA256)) {
            throw new RejectedVolumeException(diffId, "volumes are named by sha256 digests");
        }
        SigningKey signer = files.signer();
        DurableFiles.requireFree(
                files.layout().drafts(), files.config().limits().freeSpaceFloorBytes());
        Draft draft = files.newDraft("volume-" + diffId.hex().substring(0, 12));
        try {
            Files.createDirectory(draft.content());
            Files.setPosixFilePermissions(draft.content(), PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            draft.close();
            throw e;
        }
        return new DirectoryVolumeDraft(diffId, draft, signer);
    }

    private static void requireSize(Path file, long sizeBytes) throws IOException {
        long actual = Files.size(file);
        if (actual != sizeBytes) {
            throw new CorruptVolumeException(
                    file, Math.min(actual, sizeBytes), "%d bytes, expected %d".formatted(actual, sizeBytes));
        }
    }

    private final class DirectoryVolumeDraft implements VolumeDraft {

        private final Digest diffId;
        private final Draft draft;
        private final SigningKey signer;

        DirectoryVolumeDraft(Digest diffId, Draft draft, SigningKey signer) {
            this.diffId = diffId;
            this.draft = draft;
            this.signer = signer;
        }

        @Override
        public Path directory() {
            return draft.content();
        }

        @Override
        public Volume publish(VolumeDescriptor descriptor) throws IOException {
            requireComplete(descriptor);
            for (String name : List.of(Volume.DATA, Volume.INDEX, Volume.VERITY)) {
                DurableFiles.sealFile(directory().resolve(name));
            }
            SignedDescriptor.write(directory(), descriptor, signer);
            DurableFiles.syncDirectory(directory());
            Path target = files.layout().volume(diffId);
            for (int race = 0; race < RACES_MAX; race++) {
                if (files.publishDirectory(directory(), target)) {
                    return Volume.in(target, descriptor);
                }
                Optional<Volume> winner = find(diffId);
                if (winner.isPresent()) {
                    return winner.get();
                }
                removeWithoutDescriptor(target);
            }
            throw new RejectedVolumeException(
                    diffId, "its place was taken and given up %d times by others".formatted(RACES_MAX));
        }

        private void requireComplete(VolumeDescriptor descriptor) throws IOException {
            if (!descriptor.diffId().equals(diffId)) {
                throw new RejectedVolumeException(diffId, "the descriptor is of " + descriptor.diffId());
            }
            var names = new TreeSet<String>();
            for (Path entry : files.entries(directory())) {
                names.add(StoreFiles.nameOf(entry));
            }
            Set<String> expected = Set.of(Volume.DATA, Volume.INDEX, Volume.VERITY);
            if (!names.equals(expected)) {
                throw new RejectedVolumeException(
                        diffId, "the draft holds %s, expected %s".formatted(names, new TreeSet<>(expected)));
            }
            try {
                requireSize(directory().resolve(Volume.DATA), descriptor.dataSizeBytes());
                requireSize(directory().resolve(Volume.INDEX), descriptor.indexSizeBytes());
            } catch (CorruptVolumeException e) {
                throw new RejectedVolumeException(diffId, String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void close() throws IOException {
            draft.close();
        }
    }

    /** Removes a directory without a descriptor, which is no volume: somebody has removed the descriptor by hand. */
    private void removeWithoutDescriptor(Path directory) throws IOException {
        try (StoreLock _ = files.lock()) {
            if (Files.notExists(directory.resolve(Volume.DESCRIPTOR))) {
                files.remove(directory);
            }
        }
    }
}
