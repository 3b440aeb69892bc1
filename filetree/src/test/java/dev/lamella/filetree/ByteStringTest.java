package dev.lamella.filetree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteStringTest {

    @Test
    void ordersByUnsignedBytes() {
        assertThat(ByteString.of(new byte[] {(byte) 0x80})).isGreaterThan(ByteString.utf8("z"));
        assertThat(ByteString.utf8("a")).isLessThan(ByteString.utf8("a.b"));
    }

    @Test
    void showsBytesThatAreNotText() {
        assertThat(ByteString.of(new byte[] {'a', (byte) 0xff, '\n', '\\'})).hasToString("a\\xff\\x0a\\x5c");
        assertThat(ByteString.utf8("grün\u202e")).hasToString("grün\\xe2\\x80\\xae");
    }

    @Test
    void substringsAreWhatTheySay() {
        ByteString text = ByteString.utf8(".wh.name");
        assertThat(text.startsWith(ByteString.utf8(".wh."))).isTrue();
        assertThat(text.substring(4)).isEqualTo(ByteString.utf8("name"));
        assertThat(text.indexOf('n', 5)).isEqualTo(-1);
    }
}
