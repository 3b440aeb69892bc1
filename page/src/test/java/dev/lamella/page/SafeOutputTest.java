package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeOutputTest {

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "日本語 émile, 日本語 émile",
        "a\u0000b, a\uFFFDb",
        "a\u001B[31mb, a\uFFFD[31mb",
        "evil\u202Egnp.exe, evil\uFFFDgnp.exe",
        "zero\u200Bwidth, zero\uFFFDwidth",
        "lone\uD800surrogate, lone\uFFFDsurrogate",
        "none\uFFFEcharacter, none\uFFFDcharacter",
    })
    void showsWhatWouldNotBeSeen(String text, String shown) {
        assertThat(SafeOutput.shown(text, 100)).isEqualTo(shown);
    }

    @Test
    void cutsWhatIsTooLong() {
        assertThat(SafeOutput.shown("abcdef", 4)).isEqualTo("abcd…");
        assertThat(SafeOutput.shown("abcd", 4)).isEqualTo("abcd");
    }

    @Test
    void aPairCutInTwoIsShownAsSuch() {
        assertThat(SafeOutput.shown("abc\uD83D\uDE00", 4)).isEqualTo("abc\uFFFD…");
    }
}
