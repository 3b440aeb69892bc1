package dev.lamella.store;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The image indexes of a directory store. Each has a directory with its bytes, {@code manifest}, and one signed
 * record for every
 * image published through it, named by the image's manifest digest.
 */
record DirectoryIndexes(StoreFiles files) {

    private static final Pattern RECORD_NAME = Pattern.compile("(sha256|sha512)-([0-9a-f]+)");

    /**
     * A record by its name alone.
     *
     * @param file where it is
     * @param manifestDigest the image that the index holds
     */
    record Named(Path file, Digest manifestDigest) {}

    /** Keeps an index, and that it holds an image. Under the store's lock. */
    void add(ImageRecord.Index index, Digest manifestDigest) throws IOException {
        Path directory = files.layout().index(index.digest());
        Path content = directory.resolve(StoreLayout.MANIFEST);
        if (Files.notExists(content) || !index.digest().matches(Files.readAllBytes(content))) {
            files.writeFile(content, index.content().toByteArray());
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("indexDigest", index.digest().toString());
        json.put("mediaType", index.mediaType());
        json.put("manifestDigest", manifestDigest.toString());
        files.writeRecord(record(index.digest(), manifestDigest), SignatureKind.INDEX, StrictJson.write(json));
    }

    /** Returns an index through which some image was published. */
    Optional<ImageRecord.Index> read(Digest indexDigest) throws IOException {
        for (Entry entry : entriesOf(indexDigest)) {
            byte[] content =
                    files.readChecked(files.layout().index(indexDigest).resolve(StoreLayout.MANIFEST), indexDigest);
            return Optional.of(new ImageRecord.Index(indexDigest, entry.mediaType(), ByteString.of(content)));
        }
        return Optional.empty();
    }

    /** Returns the manifest digests of the images published through an index, sorted. */
    List<Digest> imagesOf(Digest indexDigest) throws IOException {
        return entriesOf(indexDigest).stream()
                .map(Entry::manifestDigest)
                .sorted()
                .toList();
    }

    /** Forgets that indexes hold an image. Under the store's lock. */
    void forget(Digest manifestDigest) throws IOException {
        for (Digest indexDigest : files.list(files.layout().indexes())) {
            Path record = record(indexDigest, manifestDigest);
            if (Files.exists(record)) {
                files.remove(record);
                if (entriesOf(indexDigest).isEmpty()) {
                    files.remove(files.layout().index(indexDigest));
                }
            }
        }
    }

    /** Returns the records of an index, unread. */
    List<Named> namesOf(Digest indexDigest) throws IOException {
        var names = new ArrayList<Named>();
        for (Path file : files.entries(files.layout().index(indexDigest))) {
            Matcher name = RECORD_NAME.matcher(StoreFiles.nameOf(file));
            if (name.matches()) {
                try {
                    names.add(new Named(file, new Digest(name.group(1), name.group(2))));
                } catch (IllegalArgumentException _) {
                    // no digest: not a record of ours
                }
            }
        }
        return names;
    }

    private List<Entry> entriesOf(Digest indexDigest) throws IOException {
        var entries = new ArrayList<Entry>();
        for (Path file : files.entries(files.layout().index(indexDigest))) {
            if (!RECORD_NAME.matcher(StoreFiles.nameOf(file)).matches()) {
                continue;
            }
            Optional<StrictJson> json = files.readRecord(file, SignatureKind.INDEX);
            if (json.isPresent()) {
                Entry entry = Entry.parse(json.get());
                boolean right = entry.indexDigest().equals(indexDigest)
                        && file.equals(record(indexDigest, entry.manifestDigest()));
                if (!right) {
                    throw new DamagedImageException(file, "the record of another index or image");
                }
                entries.add(entry);
            }
        }
        return entries;
    }

    private Path record(Digest indexDigest, Digest manifestDigest) {
        return files.layout().index(indexDigest).resolve(manifestDigest.algorithm() + "-" + manifestDigest.hex());
    }

    private record Entry(Digest indexDigest, String mediaType, Digest manifestDigest) {
        static Entry parse(StrictJson json) throws IOException {
            var entry = new Entry(
                    json.digest("indexDigest"),
                    json.string("mediaType", ImageCodec.TEXT_CHARACTERS_MAX),
                    json.digest("manifestDigest"));
            json.end();
            return entry;
        }
    }
}
