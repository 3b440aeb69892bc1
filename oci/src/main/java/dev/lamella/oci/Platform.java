package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an image runs on, in the words of Go.
 *
 * @param os the operating system, {@code linux} as a rule
 * @param architecture the processor, such as {@code amd64} or {@code arm64}
 * @param variant the kind of processor, such as {@code v8}
 */
public record Platform(String os, String architecture, Optional<String> variant) {

    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final List<String> ARM_VARIANTS = List.of("v8", "v7", "v6", "v5");

    /**
     * Reads {@code OS/ARCHITECTURE[/VARIANT]}.
     *
     * @throws OciException if it is not of this form
     */
    public static Platform parse(String text) throws OciException {
        String[] words = text.split("/", -1);
        boolean right = words.length == 2 || words.length == 3;
        for (String word : words) {
            right &= WORD.matcher(word).matches();
        }
        if (!right) {
            throw new OciException(
                    Kind.MALFORMED_REFERENCE,
                    "%s: not a platform, expected OS/ARCHITECTURE[/VARIANT] as in linux/amd64"
                            .formatted(Printable.of(text)));
        }
        return new Platform(words[0], words[1], words.length == 3 ? Optional.of(words[2]) : Optional.empty());
    }

    /** Returns this machine's platform. */
    public static Platform host() {
        return ofJvm(System.getProperty("os.arch", ""));
    }

    static Platform ofJvm(String osArch) {
        String name = osArch.toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64", "amd64" -> of("amd64");
            case "aarch64" -> new Platform("linux", "arm64", Optional.of("v8"));
            case "arm" -> new Platform("linux", "arm", Optional.of("v7"));
            case "x86", "i386", "i686" -> of("386");
            case "loongarch64" -> of("loong64");
            default -> of(name);
        };
    }

    private static Platform of(String architecture) {
        return new Platform("linux", architecture, Optional.empty());
    }

    /** Returns what this platform can run, best first, as containers/image orders it: weaker variants, then no variant. */
    List<Platform> runnable() {
        var list = new ArrayList<Platform>();
        if (variant.isPresent()) {
            int from = architecture.equals("arm") ? ARM_VARIANTS.indexOf(variant.get()) : -1;
            List<String> variants = from < 0 ? List.of(variant.get()) : ARM_VARIANTS.subList(from, ARM_VARIANTS.size());
            variants.forEach(v -> list.add(new Platform(os, architecture, Optional.of(v))));
        }
        list.add(new Platform(os, architecture, Optional.empty()));
        if (variant.isEmpty() && architecture.equals("arm64")) {
            list.add(new Platform(os, architecture, Optional.of("v8")));
        }
        return list;
    }

    /** Returns {@code OS/ARCHITECTURE[/VARIANT]}. */
    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
