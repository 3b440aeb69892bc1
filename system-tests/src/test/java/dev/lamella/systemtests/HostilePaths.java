package dev.lamella.systemtests;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.SeededRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * Paths below a layer store that nobody should ask for: none of them may be there, and of none the kernel may say anything but that.
 *
 * @param layers the layer store
 * @param reference a reference that it knows, in Base64
 * @param blob a layer of that
 */
record HostilePaths(Path layers, String reference, Digest blob) {

    private static final long SEED = Long.getLong("lamella.fuzz.seed", System.nanoTime());

    /** Names that are none, or nobody's. */
    private String name(SeededRandom random) {
        String hex = blob.hex();
        return switch (random.nextInt(14)) {
            case 0 -> "sha256:" + hex.substring(1) + "g";
            case 1 -> "sha256:" + hex.toUpperCase(java.util.Locale.ROOT) + "A";
            case 2 -> "sha512:" + hex;
            case 3 -> "sha256:";
            case 4 -> hex;
            case 5 -> "sha256:" + hex + "0";
            case 6 -> encoded("../../etc/passwd");
            case 7 -> encoded("127.0.0.1:1/No/Capitals:1");
            case 8 -> reference.replace("=", "") + "!";
            case 9 -> encoded("x".repeat(200) + ":tag");
            case 10 -> "%s%n\u0001\u0007" + random.nextInt(1000);
            case 11 -> "u".repeat(1 + random.nextInt(250));
            case 12 -> "sha256:" + "%064x".formatted(random.nextInt(1_000_000));
            default -> "\u00e9\ud83d\ude00" + random.nextInt(1000);
        };
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    void tryOut(int number, int count) throws IOException {
        var random = new SeededRandom(SEED + number);
        List<Path> parents = List.of(
                layers,
                layers.resolve(reference),
                layers.resolve(reference).resolve(blob.toString()),
                layers.resolve(blob.toString()));
        for (int i = 0; i < count; i++) {
            Path path = parents.get(random.nextInt(parents.size())).resolve(name(random));
            if (random.nextInt(4) == 0) {
                path = path.resolve(random.nextInt(2) == 0 ? "diff1" : "use");
            }
            try {
                // Not Files.exists, to which every error is the same.
                Files.readAttributes(path, "unix:*", java.nio.file.LinkOption.NOFOLLOW_LINKS);
                throw new AssertionError("there is a " + path + ", seed " + SEED);
            } catch (NoSuchFileException _) {
                // as it should be
            } catch (IOException e) {
                throw new AssertionError("another error than ENOENT of " + path + ", seed " + SEED, e);
            }
        }
    }
}
