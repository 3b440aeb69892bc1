package dev.lamella.door;

/** What to do about an image that is asked for and not published. */
public enum OnMiss {
    /** Publish it while the engine waits, as far as the time box goes. */
    PUBLISH_AND_WAIT,
    /** Publish it for the next time; this time the engine fetches it. */
    PUBLISH_IN_BACKGROUND,
    /** Leave it to the engine. */
    IGNORE
}
