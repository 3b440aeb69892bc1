package dev.lamella.cli;

/** What the command returns to its caller; the numbers are those of {@code sysexits.h}. Documented in {@code docs/cli.md}. */
public enum ExitCode {
    /** All was done. */
    OK(0, "done"),
    /** Something was found wanting: {@code doctor} found a fault, {@code rm} found that the image is in use. */
    GENERIC(1, "the answer is no: doctor found a fault, an image is in use"),
    /** The command line is not right. */
    USAGE(64, "wrong use of the command line"),
    /** An image, a volume or a document is malformed or not what its digest or signature says. */
    BAD_DATA(65, "malformed data, a digest or signature that does not match, a failed verification"),
    /** There is no such image, volume or file. */
    NO_INPUT(66, "no such image, volume or file"),
    /** The registry cannot be reached or does not answer as it should. */
    UNAVAILABLE(69, "the registry is unavailable"),
    /** A fault in Lamella itself. */
    INTERNAL(70, "a fault in lamella itself; please report it"),
    /** A file cannot be made; usually the disk is full. */
    CANNOT_CREATE(73, "a file cannot be made, as on a full disk"),
    /** Reading or writing failed. */
    IO(74, "input or output error"),
    /** It may work later: the registry limits its rate, a lock was not to be had in time. */
    TEMPORARY(75, "try again later: rate limit, lock, overload"),
    /** Not allowed: by the system, or by the registry. */
    NO_PERMISSION(77, "permission denied, or not authenticated to the registry"),
    /** The configuration is not right. */
    CONFIGURATION(78, "an error in the configuration");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** Returns the number the process exits with. */
    public int number() {
        return number;
    }

    /** Returns a few words for help texts. */
    public String meaning() {
        return meaning;
    }
}
