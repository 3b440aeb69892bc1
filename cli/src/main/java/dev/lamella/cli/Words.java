package dev.lamella.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Constants of enumerations as the command line and its results write them: in small letters. */
final class Words {

    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the constant that a word stands for, in whatever letters. */
    static <E extends Enum<E>> Optional<E> find(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(word.toUpperCase(Locale.ROOT)))
                .findFirst();
    }
}
