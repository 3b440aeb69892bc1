package dev.lamella.policy;

import java.util.regex.Pattern;

/**
 * Who asks for something to be published: {@code api}, {@code cli}, {@code node}, or {@code webhook:NAME} with the name that a webhook has in
 * the configuration.
 *
 * @param text the written form
 */
public record PublicationSource(String text) {

    // Before the constants, whose form it checks.
    private static final Pattern FORM = Pattern.compile("api|cli|node|webhook:[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** The HTTP API. */
    public static final PublicationSource API = new PublicationSource("api");

    /** The command. */
    public static final PublicationSource CLI = new PublicationSource("cli");

    /** A node that misses an image. */
    public static final PublicationSource NODE = new PublicationSource("node");

    /** Checks the form. */
    public PublicationSource {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "%s: expected api, cli, node or webhook:NAME".formatted(Shown.quoted(text)));
        }
    }

    /** Returns the source that a webhook is. */
    public static PublicationSource webhook(String name) {
        return new PublicationSource("webhook:" + name);
    }

    @Override
    public String toString() {
        return text;
    }
}
