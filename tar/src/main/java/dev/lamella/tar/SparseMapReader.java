package dev.lamella.tar;

import dev.lamella.filetree.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads GNU tar's maps of sparse files in all four forms.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">GNU tar, storing sparse files</a>
 */
final class SparseMapReader {

    private static final int HEADER_PARTS_OFFSET = 386;
    private static final int HEADER_PARTS = 4;
    private static final int HEADER_EXTENDED = 482;
    private static final int REAL_SIZE = 483;
    private static final int EXTENSION_PARTS = 21;
    private static final int EXTENSION_EXTENDED = 504;
    private static final int PART_BYTES = 24;
    private static final int NUMBER_BYTES = 12;
    private static final int DIGITS_MAX = 20;

    private final TarInput input;
    private final TarLimits limits;
    private long partsSoFar;

    SparseMapReader(TarInput input, TarLimits limits) {
        this.input = input;
        this.limits = limits;
    }

    /** Reads the map of an entry of type {@code S}: in its header, then in blocks between header and data. */
    SparseMap oldGnu(byte[] header, EntryPosition where) throws IOException {
        var map = new SparseMap(realSize(number(header, REAL_SIZE, where), where));
        addParts(map, header, HEADER_PARTS_OFFSET, HEADER_PARTS, where);
        boolean extended = header[HEADER_EXTENDED] != 0;
        while (extended) {
            byte[] block = input.readExactly(TarInput.BLOCK_BYTES);
            addParts(map, block, 0, EXTENSION_PARTS, where);
            countParts(1, where);
            extended = block[EXTENSION_EXTENDED] != 0;
        }
        return map;
    }

    private void addParts(SparseMap map, byte[] block, int offset, int partsMax, EntryPosition where)
            throws TarFormatException {
        for (int i = 0; i < partsMax; i++) {
            int at = offset + i * PART_BYTES;
            if (block[at] == 0) {
                return;
            }
            add(map, number(block, at, where), number(block, at + NUMBER_BYTES, where), where);
        }
    }

    private static long number(byte[] block, int offset, EntryPosition where) throws TarFormatException {
        try {
            return NumberField.parse(block, offset, NUMBER_BYTES);
        } catch (NumberFormatException e) {
            throw where.malformed("sparse map: " + e.getMessage());
        }
    }

    /** Reads the map that PAX records announce, or returns nothing where they announce none. */
    Optional<SparseMap> pax(PaxRecords records, long entryBytes, EntryPosition where) throws IOException {
        String version = records.text("GNU.sparse.major")
                        .map(ByteString::toString)
                        .orElse("") + "."
                + records.text("GNU.sparse.minor").map(ByteString::toString).orElse("");
        boolean mapInRecords = records.text("GNU.sparse.map").isPresent()
                || !records.sparseNumbers().isEmpty();
        boolean known = version.equals("1.0") || version.equals("0.0") || version.equals("0.1");
        if (!known && !(version.equals(".") && mapInRecords)) {
            return Optional.empty();
        }
        long size = records.number("GNU.sparse.realsize", entryBytes, where);
        var map = new SparseMap(realSize(records.number("GNU.sparse.size", size, where), where));
        if (version.equals("1.0")) {
            readBodyMap(map, entryBytes, where);
        } else {
            addNumbers(map, records, where);
        }
        return Optional.of(map);
    }

    private void addNumbers(SparseMap map, PaxRecords records, EntryPosition where) throws TarFormatException {
        List<ByteString> numbers = records.sparseNumbers().isEmpty()
                ? split(records.text("GNU.sparse.map").orElse(ByteString.EMPTY))
                : records.sparseNumbers();
        long announced = records.number("GNU.sparse.numblocks", -1, where);
        if (numbers.size() % 2 != 0 || numbers.size() / 2 != announced) {
            throw where.malformed("sparse map of %d numbers, but GNU.sparse.numblocks says %d parts"
                    .formatted(numbers.size(), announced));
        }
        for (int i = 0; i < numbers.size(); i += 2) {
            long offset = PaxRecords.decimal(numbers.get(i), "sparse map", where);
            add(map, offset, PaxRecords.decimal(numbers.get(i + 1), "sparse map", where), where);
        }
    }

    private static List<ByteString> split(ByteString map) {
        var numbers = new ArrayList<ByteString>();
        int at = 0;
        while (!map.isEmpty() && at <= map.length()) {
            int comma = map.indexOf(',', at);
            int end = comma < 0 ? map.length() : comma;
            numbers.add(map.substring(at, end));
            at = end + 1;
        }
        return numbers;
    }

    /** Reads the map of version 1.0: decimal lines in front of the data, filled up to a whole block. */
    private void readBodyMap(SparseMap map, long entryBytes, EntryPosition where) throws IOException {
        var lines = new Lines(entryBytes, where);
        long parts = lines.next();
        where.check("sparsePartsMax", parts, limits.sparsePartsMax());
        for (long i = 0; i < parts; i++) {
            long offset = lines.next();
            add(map, offset, lines.next(), where);
        }
    }

    /** Decimal numbers, one a line, read by whole blocks. */
    private final class Lines {
        private final EntryPosition where;
        private long bytesLeft;
        private byte[] block = {};
        private int at;

        Lines(long bytesLeft, EntryPosition where) {
            this.bytesLeft = bytesLeft;
            this.where = where;
        }

        long next() throws IOException {
            long value = 0;
            for (int digits = 0; digits < DIGITS_MAX; digits++) {
                byte b = nextByte();
                if (b == '\n' && digits > 0) {
                    return value;
                }
                if (b < '0' || b > '9' || value > (Long.MAX_VALUE - 9) / 10) {
                    break;
                }
                value = value * 10 + b - '0';
            }
            throw where.malformed("sparse map: expected a decimal number and a line's end");
        }

        private byte nextByte() throws IOException {
            if (at == block.length) {
                bytesLeft -= TarInput.BLOCK_BYTES;
                if (bytesLeft < 0) {
                    throw where.malformed("sparse map does not end inside the entry");
                }
                block = input.readExactly(TarInput.BLOCK_BYTES);
                at = 0;
            }
            return block[at++];
        }
    }

    private long realSize(long size, EntryPosition where) throws TarFormatException {
        if (size < 0) {
            throw where.malformed("negative size of a sparse file: " + size);
        }
        where.check("fileBytesMax", size, limits.fileBytesMax());
        return size;
    }

    private void add(SparseMap map, long offset, long length, EntryPosition where) throws TarFormatException {
        countParts(1, where);
        map.add(offset, length, where);
    }

    private void countParts(int parts, EntryPosition where) throws TarLimitException {
        partsSoFar += parts;
        where.check("sparsePartsMax", partsSoFar, limits.sparsePartsMax());
    }
}
