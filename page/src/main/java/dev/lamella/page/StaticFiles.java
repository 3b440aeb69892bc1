package dev.lamella.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The few files that pages refer to, under {@code /ui/static/}. Their names hold a part of their hash, so that browsers
 * may keep them for ever. Immutable, safe for any thread.
 */
public final class StaticFiles {

    /** The header {@code Cache-Control} to send with each of them. */
    public static final String CACHE_CONTROL = "public, max-age=31536000, immutable";

    private static final int HASH_DIGITS = 12;

    private final Map<String, StaticFile> byName;
    private final Map<String, StaticFile> byPlainName;

    private StaticFiles(List<StaticFile> files) {
        byName = files.stream().collect(Collectors.toUnmodifiableMap(StaticFile::name, Function.identity()));
        byPlainName = files.stream().collect(Collectors.toUnmodifiableMap(StaticFile::plainName, Function.identity()));
    }

    /** Reads the files of this module. */
    public static StaticFiles load() {
        return new StaticFiles(List.of(
                read("page.css", "text/css; charset=utf-8"),
                read("page.js", "text/javascript; charset=utf-8"),
                read("icon.svg", "image/svg+xml")));
    }

    /** Returns the file with a hashed name, as {@code page.0123456789ab.css}. */
    public Optional<StaticFile> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Returns the path of a file by its plain name, as {@code page.css}. */
    String path(String plainName) {
        StaticFile file = byPlainName.get(plainName);
        if (file == null) {
            throw new IllegalArgumentException(
                    "there is no static file " + plainName + ", only " + byPlainName.keySet());
        }
        return "/ui/static/" + file.name();
    }

    private static StaticFile read(String plainName, String contentType) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(plainName)) {
            if (in == null) {
                throw new IllegalStateException("the file " + plainName + " of the page is not in its jar");
            }
            byte[] content = in.readAllBytes();
            int dot = plainName.lastIndexOf('.');
            String name = plainName.substring(0, dot) + "." + hash(content) + plainName.substring(dot);
            return new StaticFile(plainName, name, contentType, content);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + plainName + " of the page cannot be read", e);
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
