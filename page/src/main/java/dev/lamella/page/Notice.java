package dev.lamella.page;

/**
 * What became of the form that was sent before this page.
 *
 * @param kind how it is shown
 * @param text what to say, in one or two sentences
 */
public record Notice(Kind kind, String text) {

    /** How a notice is shown. */
    public enum Kind {
        /** It was done. */
        DONE,
        /** It was not done. */
        PROBLEM
    }

    /** Returns a notice that something was done. */
    public static Notice done(String text) {
        return new Notice(Kind.DONE, text);
    }

    /** Returns a notice that something was not done, and why. */
    public static Notice problem(String text) {
        return new Notice(Kind.PROBLEM, text);
    }
}
