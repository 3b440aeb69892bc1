package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kernel and session agreed on in INIT, for the life of the mount. A successor that
 * {@linkplain Session#resume resumes} needs it: {@link #toString} writes it, {@link #parse} reads it.
 *
 * @param minor version of the protocol that both sides speak, 7.{@code minor}
 * @param featureBits agreed on, see {@link #has}
 * @param offeredBits what the kernel offered, including what this library does not know
 * @param maxReadaheadBytes how far the kernel reads ahead at most
 * @param maxTransferBytes the most data in one read or write
 * @param maxBackground number of requests that the kernel has under way without anybody waiting, such as reading ahead
 * @param stackDepth with {@link Feature#PASSTHROUGH}: file systems below this one, 1 or 2; else 0
 */
public record Agreement(
        int minor,
        long featureBits,
        long offeredBits,
        int maxReadaheadBytes,
        int maxTransferBytes,
        int maxBackground,
        int stackDepth) {

    /** The version this library speaks. */
    static final int MAJOR = 7;

    static final int MINOR_MAX = 45;
    /** Of Linux 5.17; all that are younger have every structure in the form used here. */
    static final int MINOR_MIN = 36;

    static final int BYTES = 64;

    private static final Set<Feature> ALWAYS =
            Set.of(Feature.BIG_WRITES, Feature.MAX_PAGES, Feature.SETXATTR_EXT, Feature.INIT_EXT);
    private static final int PAGE_BYTES = 4096;

    private static final Pattern TEXT = Pattern.compile(
            "fuse 7\\.(\\d{1,9}) features=([0-9a-f]{1,16}) offered=([0-9a-f]{1,16}) readahead=(\\d{1,9})"
                    + " transfer=(\\d{1,9}) background=(\\d{1,9}) depth=(\\d{1,9})");

    /**
     * Agrees on what the kernel offers and the session wants.
     *
     * @throws FuseProtocolException if the kernel speaks another major version, or is too old
     */
    static Agreement of(ControlRequest.Init init, SessionOptions options) throws FuseProtocolException {
        long needed = Feature.bits(ALWAYS);
        if (init.major() != MAJOR || init.minor() < MINOR_MIN || (init.features() & needed) != needed) {
            throw new FuseProtocolException(
                    "INIT",
                    RequestHeader.BYTES,
                    "the kernel speaks %d.%d, 7.%d (Linux 5.17) or a later 7 is needed"
                            .formatted(init.major(), init.minor(), MINOR_MIN));
        }
        long features = init.features() & (Feature.bits(options.features()) | needed);
        return new Agreement(
                Math.min(init.minor(), MINOR_MAX),
                features,
                init.features(),
                Math.min(init.maxReadaheadBytes(), options.maxReadaheadBytes()),
                options.maxTransferBytes(),
                options.maxBackground(),
                (features & Feature.PASSTHROUGH.bit()) == 0 ? 0 : options.stackDepth());
    }

    /** Returns whether a feature was agreed on. */
    public boolean has(Feature feature) {
        return (featureBits & feature.bit()) != 0;
    }

    /** Returns all that were agreed on. */
    public Set<Feature> features() {
        return Feature.of(featureBits);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws FuseProtocolException if it is anything else
     */
    public static Agreement parse(String text) throws FuseProtocolException {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new FuseProtocolException("a saved agreement", 0, "of the form " + TEXT);
        }
        var agreement = new Agreement(
                Integer.parseInt(matcher.group(1)),
                Long.parseUnsignedLong(matcher.group(2), 16),
                Long.parseUnsignedLong(matcher.group(3), 16),
                Integer.parseInt(matcher.group(4)),
                Integer.parseInt(matcher.group(5)),
                Integer.parseInt(matcher.group(6)),
                Integer.parseInt(matcher.group(7)));
        int transfer = agreement.maxTransferBytes;
        if (transfer < SessionOptions.TRANSFER_BYTES_MIN || transfer > SessionOptions.TRANSFER_BYTES_MAX) {
            throw new FuseProtocolException("a saved agreement", matcher.start(5), transfer + " bytes in one transfer");
        }
        return agreement;
    }

    @Override
    public String toString() {
        return "fuse 7.%d features=%x offered=%x readahead=%d transfer=%d background=%d depth=%d"
                .formatted(
                        minor,
                        featureBits,
                        offeredBits,
                        maxReadaheadBytes,
                        maxTransferBytes,
                        maxBackground,
                        stackDepth);
    }

    /** Writes {@code struct fuse_init_out}. */
    void write(MemorySegment to, long at) {
        to.asSlice(at, BYTES).fill((byte) 0);
        to.set(JAVA_INT_UNALIGNED, at, MAJOR);
        to.set(JAVA_INT_UNALIGNED, at + 4, minor);
        to.set(JAVA_INT_UNALIGNED, at + 8, maxReadaheadBytes);
        to.set(JAVA_INT_UNALIGNED, at + 12, (int) featureBits);
        to.set(JAVA_SHORT_UNALIGNED, at + 16, (short) maxBackground);
        to.set(JAVA_SHORT_UNALIGNED, at + 18, (short) (maxBackground * 3 / 4)); // congestion_threshold
        to.set(JAVA_INT_UNALIGNED, at + 20, maxTransferBytes); // max_write
        to.set(JAVA_INT_UNALIGNED, at + 24, 1); // time_gran: nanoseconds
        to.set(JAVA_SHORT_UNALIGNED, at + 28, (short) (maxTransferBytes / PAGE_BYTES)); // max_pages; map_alignment u16
        to.set(JAVA_INT_UNALIGNED, at + 32, (int) (featureBits >>> 32)); // flags2
        to.set(JAVA_INT_UNALIGNED, at + 36, stackDepth); // max_stack_depth; request_timeout u16, unused 11 * u16
    }
}
