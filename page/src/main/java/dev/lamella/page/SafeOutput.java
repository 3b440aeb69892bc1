package dev.lamella.page;

import gg.jte.TemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes other people's text, escaped for its place. Before that, what is not seen or makes a text look like another is
 * shown as U+FFFD: control characters, marks that turn the direction of writing, lone surrogates. What is too long is
 * cut.
 */
final class SafeOutput extends OwaspHtmlTemplateOutput {

    private static final int REPLACEMENT = 0xFFFD;

    private final int charactersMax;

    SafeOutput(TemplateOutput output, int charactersMax) {
        super(output);
        this.charactersMax = charactersMax;
    }

    @Override
    public void writeUserContent(@Nullable String value) {
        if (value != null) {
            super.writeUserContent(shown(value, charactersMax));
        }
    }

    static String shown(String text, int charactersMax) {
        boolean fits = text.length() <= charactersMax;
        String kept = fits ? text : text.substring(0, charactersMax);
        if (kept.codePoints().anyMatch(SafeOutput::isDeceptive)) {
            int[] points = kept.codePoints()
                    .flatMap(point -> IntStream.of(isDeceptive(point) ? REPLACEMENT : point))
                    .toArray();
            kept = new String(points, 0, points.length);
        }
        return fits ? kept : kept + "…";
    }

    private static boolean isDeceptive(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL -> point != '\n' && point != '\t' && point != '\r';
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> (point & 0xFFFE) == 0xFFFE;
        };
    }
}
