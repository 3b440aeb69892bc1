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
     */
    record Refused(String rule, String reason) implements Decision {}

    /** Returns the decision that it may. */
    static Decision allowed() {
        return new Allowed();
    }

    /** Returns whether it may be published. */
    default boolean isAllowed() {
        return this instanceof Allowed;
    }
}
