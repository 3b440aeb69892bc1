package dev.lamella.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The addresses of pages. What is put into one is escaped, so that a name can leave neither its place nor the site. */
final class Links {

    private Links() {}

    static String job(String id) {
        return "/ui/jobs/" + segment(id);
    }

    static String jobEvents(String id) {
        return "/v1/jobs/" + segment(id) + "/events";
    }

    static String image(String digest) {
        return "/ui/images/" + segment(digest);
    }

    static String imagesWithLayer(String diffId) {
        return "/ui/images?layer=" + value(diffId);
    }

    /** Returns the address of a list; names and values alternate, and those with an empty value are left out. */
    static String list(String path, String... parameters) {
        var link = new StringBuilder(path);
        char separator = '?';
        for (int i = 0; i < parameters.length; i += 2) {
            if (!parameters[i + 1].isEmpty()) {
                link.append(separator).append(parameters[i]).append('=').append(value(parameters[i + 1]));
                separator = '&';
            }
        }
        return link.toString();
    }

    private static String value(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** As a query's value, but with spaces as paths have them, and the colon of a digest left as it is. */
    private static String segment(String text) {
        return value(text).replace("+", "%20").replace("%3A", ":");
    }
}
