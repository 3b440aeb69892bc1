package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The records of one PAX extended header. The last of several with one keyword counts. */
final class PaxRecords {

    static final PaxRecords NONE = new PaxRecords();

    private static final ByteString SPARSE_OFFSET = ByteString.utf8("GNU.sparse.offset");
    private static final ByteString SPARSE_LENGTH = ByteString.utf8("GNU.sparse.numbytes");
    private static final List<ByteString> TEXTS = List.of(
            ByteString.utf8("path"), ByteString.utf8("linkpath"), ByteString.utf8("uname"), ByteString.utf8("gname"));
    private static final int NANOS_DIGITS = 9;

    private final Map<ByteString, ByteString> values = new HashMap<>();
    private final List<ByteString> sparseNumbers = new ArrayList<>();

    private PaxRecords() {}

    /** Reads the body of an extended header. */
    static PaxRecords parse(byte[] body, EntryPosition where) throws TarFormatException {
        var records = new PaxRecords();
        int at = 0;
        while (at < body.length) {
            at = records.parseOne(body, at, where);
        }
        return records;
    }

    private int parseOne(byte[] body, int start, EntryPosition where) throws TarFormatException {
        int at = start;
        long length = 0;
        while (at < body.length && body[at] >= '0' && body[at] <= '9' && length <= body.length) {
            length = length * 10 + body[at++] - '0';
        }
        if (at == start || at == body.length || body[at] != ' ') {
            throw where.malformed("PAX record at %d: expected its length and a space".formatted(start));
        }
        int key = at + 1;
        long end = start + length;
        if (end > body.length || end <= key || body[(int) end - 1] != '\n') {
            throw where.malformed("PAX record at %d: its length %d does not lead to its end".formatted(start, length));
        }
        int equals = key;
        while (equals < end && body[equals] != '=') {
            equals++;
        }
        if (equals == end || equals == key) {
            throw where.malformed("PAX record at %d: expected KEYWORD=VALUE".formatted(start));
        }
        add(ByteString.of(body, key, equals - key), ByteString.of(body, equals + 1, (int) end - equals - 2), where);
        return (int) end;
    }

    private void add(ByteString key, ByteString value, EntryPosition where) throws TarFormatException {
        if (key.indexOf(0, 0) >= 0 || (TEXTS.contains(key) && value.indexOf(0, 0) >= 0)) {
            throw where.malformed("NUL in PAX record " + TarFormatException.shorten(key));
        }
        if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_LENGTH)) {
            boolean offsetExpected = sparseNumbers.size() % 2 == 0;
            if (key.equals(SPARSE_OFFSET) != offsetExpected) {
                throw where.malformed("PAX records GNU.sparse.offset and GNU.sparse.numbytes must alternate");
            }
            sparseNumbers.add(value);
        } else {
            values.put(key, value);
        }
    }

    /** Returns all records but those of a version 0.0 sparse map. */
    Map<ByteString, ByteString> values() {
        return values;
    }

    /** Returns the numbers of a version 0.0 sparse map: offset, length, offset, length. */
    List<ByteString> sparseNumbers() {
        return sparseNumbers;
    }

    /** Returns a record's value; an empty one counts as absent. */
    Optional<ByteString> text(String keyword) {
        return Optional.ofNullable(values.get(ByteString.utf8(keyword))).filter(value -> !value.isEmpty());
    }

    /** Returns a decimal number, or the fallback where there is none. */
    long number(String keyword, long fallback, EntryPosition where) throws TarFormatException {
        Optional<ByteString> text = text(keyword);
        return text.isEmpty() ? fallback : decimal(text.get(), keyword, where);
    }

    static long decimal(ByteString digits, String what, EntryPosition where) throws TarFormatException {
        try {
            return Long.parseLong(latin1(digits));
        } catch (NumberFormatException _) {
            throw where.malformed("%s: \"%s\" is not a decimal number of 64 bits"
                    .formatted(what, TarFormatException.shorten(digits)));
        }
    }

    /** Returns the moment of a record {@code mtime}; digits beyond nanoseconds are cut off. */
    Timestamp mtime(long fallbackSeconds, EntryPosition where) throws TarFormatException {
        Optional<ByteString> text = text("mtime");
        if (text.isEmpty()) {
            return new Timestamp(fallbackSeconds, 0);
        }
        int point = text.get().indexOf('.', 0);
        if (point < 0) {
            return new Timestamp(decimal(text.get(), "mtime", where), 0);
        }
        long seconds = decimal(text.get().substring(0, point), "mtime", where);
        int nanos = nanos(text.get().substring(point + 1), where);
        boolean negative = text.get().at(0) == '-';
        if (!negative || nanos == 0) {
            return new Timestamp(seconds, nanos);
        }
        if (seconds == Long.MIN_VALUE) {
            throw where.malformed("mtime does not fit into 64 bits");
        }
        return new Timestamp(seconds - 1, 1_000_000_000 - nanos);
    }

    private static int nanos(ByteString fraction, EntryPosition where) throws TarFormatException {
        int nanos = 0;
        for (int i = 0; i < Math.max(NANOS_DIGITS, fraction.length()); i++) {
            int digit = i < fraction.length() ? fraction.at(i) - '0' : 0;
            if (digit < 0 || digit > 9) {
                throw where.malformed("mtime: \"" + TarFormatException.shorten(fraction) + "\" is not a fraction");
            }
            if (i < NANOS_DIGITS) {
                nanos = nanos * 10 + digit;
            }
        }
        return nanos;
    }

    private static String latin1(ByteString bytes) {
        return new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1);
    }
}
