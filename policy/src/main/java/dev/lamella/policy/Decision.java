package dev.lamella.policy;

/** Whether something may be published. */
public sealed interface Decision {

    /** It may. */
    record Allowed() implements Decision {}

    /**
     * It may not.
     *
     * @param rule which rule of which list says so
     * @param reason why, in one line for the person who asked, and what to change
     * @param unsigned whether all that stands against it is that a signature is missing, which may come after the image
     */
    record Refused(String rule, String reason, boolean unsigned) implements Decision {

        /** A refusal that no signature can change. */
        Refused(String rule, String reason) {
            this(rule, reason, false);
        }
    }

    /** Returns the decision that it may. */
    static Decision allowed() {
        return new Allowed();
    }

    /** Returns whether it may be published. */
    default boolean isAllowed() {
        return this instanceof Allowed;
    }
}
