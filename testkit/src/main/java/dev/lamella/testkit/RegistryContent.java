package dev.lamella.testkit;

import dev.lamella.filetree.Digest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The blobs and manifests of a {@link TestRegistry}. */
final class RegistryContent {

    private static final Pattern PATH = Pattern.compile("/v2/(.+)/(manifests|blobs|tags)/([^/]+)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private record Item(String mediaType, Digest digest, Holder holder) {}

    /** Keeps the array out of the record, which would compare it by identity. */
    private static final class Holder {
        final byte[] bytes;

        Holder(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private final Map<String, Item> items = new ConcurrentHashMap<>();
    final List<String> mirrorPrefixes = new CopyOnWriteArrayList<>();
    volatile boolean ranges = true;
    volatile int tagsOfAPage = 1000;

    Digest putBlob(String repository, byte[] blob) {
        Digest digest = Digest.sha256Of(blob);
        putBlobAs(repository, digest, blob);
        return digest;
    }

    void putBlobAs(String repository, Digest digest, byte[] blob) {
        put(repository + "/blobs/" + digest, "application/octet-stream", digest, blob);
    }

    Digest putManifest(String repository, String tag, String mediaType, byte[] manifest) {
        Digest digest = Digest.sha256Of(manifest);
        put(repository + "/manifests/" + digest, mediaType, digest, manifest);
        if (!tag.isEmpty()) {
            put(repository + "/manifests/" + tag, mediaType, digest, manifest);
        }
        return digest;
    }

    private void put(String key, String mediaType, Digest digest, byte[] bytes) {
        items.put(key, new Item(mediaType, digest, new Holder(bytes)));
    }

    /** Returns the repository a path is about, or an empty text. */
    static String repositoryOf(String path) {
        Matcher matcher = PATH.matcher(path);
        return matcher.matches() ? matcher.group(1) : "";
    }

    static String contentRange(HttpAnswer answer) {
        return "bytes %d-%d/%d".formatted(answer.from, answer.from + answer.length - 1, answer.content.length);
    }

    HttpAnswer answer(HttpRequest request, boolean ignoreRange) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            return HttpAnswer.text(404, "404 page not found").header("Content-Type", "text/plain");
        }
        if (path.group(2).equals("tags")) {
            return tags(path.group(1), request.parameters());
        }
        Item item = find(path.group(1), path.group(2) + "/" + path.group(3));
        if (item == null) {
            boolean manifest = path.group(2).equals("manifests");
            return HttpAnswer.text(
                    404,
                    "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s unknown\",\"detail\":{\"Tag\":\"x\"}}]}"
                            .formatted(manifest ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN", manifest ? "manifest" : "blob"));
        }
        byte[] bytes = item.holder.bytes;
        Matcher range = RANGE.matcher(request.headers().getOrDefault("range", ""));
        HttpAnswer answer;
        if (ranges && !ignoreRange && range.matches()) {
            long from = Long.parseLong(range.group(1));
            long to = range.group(2).isEmpty() ? bytes.length - 1L : Long.parseLong(range.group(2));
            if (from >= bytes.length) {
                return HttpAnswer.text(416, "").header("Content-Range", "bytes */" + bytes.length);
            }
            answer = new HttpAnswer(206, bytes).part(from, Math.min(to, bytes.length - 1L) - from + 1);
            answer.header("Content-Range", contentRange(answer));
        } else {
            answer = new HttpAnswer(200, bytes);
        }
        return answer.header("Content-Type", item.mediaType).header("Docker-Content-Digest", item.digest.toString());
    }

    /** Answers as the distribution specification says: {@code n} tags after {@code last}, with a link to the rest. */
    private HttpAnswer tags(String repository, Map<String, String> parameters) {
        String prefix = repository + "/manifests/";
        List<String> all = items.keySet().stream()
                .filter(key -> key.startsWith(prefix) && !key.contains("sha256:"))
                .map(key -> key.substring(prefix.length()))
                .filter(tag -> tag.compareTo(parameters.getOrDefault("last", "")) > 0)
                .sorted()
                .toList();
        int count = Integer.parseInt(parameters.getOrDefault("n", "1000"));
        List<String> page = all.subList(0, Math.min(all.size(), Math.min(count, tagsOfAPage)));
        HttpAnswer answer = HttpAnswer.text(
                        200,
                        "{\"name\":\"%s\",\"tags\":[%s]}"
                                .formatted(
                                        repository,
                                        page.stream()
                                                .map(tag -> "\"" + tag + "\"")
                                                .collect(Collectors.joining(","))))
                .header("Content-Type", "application/json");
        return page.size() == all.size()
                ? answer
                : answer.header(
                        "Link",
                        "</v2/%s/tags/list?n=%d&last=%s>; rel=\"next\"".formatted(repository, count, page.getLast()));
    }

    private @Nullable Item find(String repository, String rest) {
        Item item = items.get(repository + "/" + rest);
        for (String prefix : mirrorPrefixes) {
            if (item == null && repository.startsWith(prefix + "/")) {
                item = items.get(repository.substring(prefix.length() + 1) + "/" + rest);
            }
        }
        return item;
    }
}
