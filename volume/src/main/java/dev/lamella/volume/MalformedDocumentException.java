package dev.lamella.volume;

/** A JSON document breaks a rule of its format. */
public final class MalformedDocumentException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String field;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param file the file
     * @param field the path of the field, empty for the document as a whole
     * @param reason what was found and what was expected
     */
    public MalformedDocumentException(String file, String field, String reason) {
        super("%s: %s%s".formatted(file, field.isEmpty() ? "" : "field \"" + field + "\": ", reason));
        this.file = file;
        this.field = field;
        this.reason = reason;
    }

    /** Returns the file. */
    public String file() {
        return file;
    }

    /** Returns the path of the field, empty for the document as a whole. */
    public String field() {
        return field;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }
}
