package dev.lamella.service;

import dev.lamella.filetree.ByteString;
import java.util.Map;

/** What a request is answered with. */
sealed interface Answer {

    /**
     * A record as JSON.
     *
     * @param status the status
     * @param document the record
     */
    record Json(int status, Object document) implements Answer {}

    /**
     * Any content.
     *
     * @param status the status
     * @param headers its type among them
     * @param text the content
     */
    record Text(int status, Map<String, String> headers, String text) implements Answer {}

    /**
     * A file.
     *
     * @param headers its type among them
     * @param content the content
     */
    record File(Map<String, String> headers, ByteString content) implements Answer {}

    /** Nothing but a status: it was done. */
    record Done() implements Answer {}

    /** What goes on for a while, and has been written by whoever answers this. */
    record Streamed() implements Answer {}

    /**
     * Another page.
     *
     * @param path where to go on, within this service
     */
    record SeeOther(String path) implements Answer {}

    /** Answers with a record. */
    static Answer of(Object document) {
        return new Json(200, document);
    }
}
