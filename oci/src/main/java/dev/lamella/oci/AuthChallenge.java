package dev.lamella.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a {@code WWW-Authenticate} header.
 *
 * @param scheme the scheme in lower case, {@code basic} or {@code bearer} as a rule
 * @param parameters the parameters by lower-case name
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, section 11.6.1</a>
 */
record AuthChallenge(String scheme, Map<String, String> parameters) {

    private static final int HEADER_CHARS_MAX = 16_384;
    private static final int CHALLENGES_MAX = 16;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~/";

    AuthChallenge {
        parameters = Map.copyOf(parameters);
    }

    /** Returns a parameter. */
    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Reads all challenges of all header lines. What cannot be understood ends its line, not the others. */
    static List<AuthChallenge> parse(List<String> headers) {
        List<AuthChallenge> challenges = new ArrayList<>();
        for (String header : headers) {
            if (header.length() <= HEADER_CHARS_MAX) {
                new Reader(header).readInto(challenges);
            }
        }
        return List.copyOf(challenges.subList(0, Math.min(challenges.size(), CHALLENGES_MAX)));
    }

    /** Walks over one header line. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void readInto(List<AuthChallenge> challenges) {
            skip(" \t,");
            while (at < text.length()) {
                String scheme = token().toLowerCase(Locale.ROOT);
                if (scheme.isEmpty()) {
                    return;
                }
                Map<String, String> parameters = new LinkedHashMap<>();
                boolean understood = readParameters(parameters);
                challenges.add(new AuthChallenge(scheme, parameters));
                if (!understood) {
                    return;
                }
            }
        }

        /** Reads NAME=VALUE pairs up to the next scheme or the end; returns whether reading may go on. */
        private boolean readParameters(Map<String, String> parameters) {
            while (true) {
                skip(" \t,");
                int start = at;
                String name = token().toLowerCase(Locale.ROOT);
                if (name.isEmpty()) {
                    return at >= text.length();
                }
                skip(" \t");
                if (at >= text.length() || text.charAt(at) != '=') {
                    at = start;
                    return true;
                }
                at++;
                skip(" \t");
                Optional<String> value = value();
                if (value.isEmpty()) {
                    return false;
                }
                parameters.putIfAbsent(name, value.get());
            }
        }

        private Optional<String> value() {
            if (at >= text.length() || text.charAt(at) != '"') {
                return Optional.of(token());
            }
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return Optional.of(value.toString());
                }
                if (c == '\\' && at + 1 < text.length()) {
                    at++;
                    c = text.charAt(at);
                }
                value.append(c);
            }
            return Optional.empty();
        }

        private String token() {
            int start = at;
            while (at < text.length() && isTokenChar(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        private static boolean isTokenChar(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN_MARKS.indexOf(c) >= 0
                    || c == ':';
        }

        private void skip(String marks) {
            while (at < text.length() && marks.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
