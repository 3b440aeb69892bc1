package dev.lamella.store;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.volume.DurableFiles;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.StrictJson;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of a directory store. */
record DirectoryImages(StoreFiles files, DirectoryIndexes indexes) {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryImages.class);

    Optional<ImageRecord> find(Digest manifestDigest) throws IOException {
        Path directory = files.layout().image(manifestDigest);
        Path file = directory.resolve(StoreLayout.IMAGE);
        Optional<StrictJson> json = files.readRecord(file, SignatureKind.IMAGE);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        ImageCodec image = ImageCodec.parse(json.get(), files.config().limits().layersMax());
        if (!image.manifestDigest().equals(manifestDigest)) {
            throw new DamagedImageException(file, "the record of another image, " + image.manifestDigest());
        }
        try {
            byte[] manifest = files.readChecked(directory.resolve(StoreLayout.MANIFEST), manifestDigest);
            byte[] config = files.readChecked(directory.resolve(StoreLayout.CONFIG), image.configDigest());
            Optional<ImageRecord.Index> index = image.indexDigest().isPresent()
                    ? indexes.read(image.indexDigest().get())
                    : Optional.empty();
            return Optional.of(new ImageRecord(
                    manifestDigest,
                    image.manifestMediaType(),
                    ByteString.of(manifest),
                    ByteString.of(config),
                    index,
                    image.layers(),
                    image.platform(),
                    image.created(),
                    image.published()));
        } catch (NoSuchFileException e) {
            if (Files.notExists(file)) {
                return Optional.empty(); // removed while it was read
            }
            throw new DamagedImageException(directory.resolve(String.valueOf(e.getFile())), "missing");
        }
    }

    /** Returns all images that can be read. */
    List<ImageRecord> readable() throws IOException {
        var images = new ArrayList<ImageRecord>();
        for (Digest digest : digests()) {
            try {
                find(digest).ifPresent(images::add);
            } catch (StoreException | VolumeException e) {
                LOG.warn("image {} is passed over: {}", digest, e.getMessage());
            }
        }
        return images;
    }

    List<Digest> digests() throws IOException {
        return files.list(files.layout().images());
    }

    /** Writes all of an image into a draft. */
    Draft draft(ImageRecord image) throws IOException {
        Draft draft = files.newDraft("image-" + image.manifestDigest().hex().substring(0, 12));
        try {
            Path directory = draft.content();
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            DurableFiles.writeReadOnly(
                    directory.resolve(StoreLayout.MANIFEST), image.manifest().toByteArray());
            DurableFiles.writeReadOnly(
                    directory.resolve(StoreLayout.CONFIG), image.config().toByteArray());
            byte[] record = SignedRecords.sign(files.signer(), SignatureKind.IMAGE, ImageCodec.toJson(image));
            DurableFiles.writeReadOnly(directory.resolve(StoreLayout.IMAGE), record);
            DurableFiles.syncDirectory(directory);
            return draft;
        } catch (IOException e) {
            draft.close();
            throw e;
        }
    }

    /**
     * Makes a drafted image visible and returns it, or the same image as it is there already. Under the store's lock.
     */
    ImageRecord publish(ImageRecord image, Draft draft) throws IOException {
        Path target = files.layout().image(image.manifestDigest());
        if (files.publishDirectory(draft.content(), target)) {
            return image;
        }
        try {
            Optional<ImageRecord> present = find(image.manifestDigest());
            if (present.isPresent()) {
                return present.get().withIndex(image.index());
            }
        } catch (StoreException | VolumeException e) {
            LOG.warn(
                    "image {} is published again in place of a damaged one: {}",
                    image.manifestDigest(),
                    e.getMessage());
        }
        files.remove(target);
        if (!files.publishDirectory(draft.content(), target)) {
            throw new DamagedImageException(target, "cannot be replaced");
        }
        return image;
    }
}
