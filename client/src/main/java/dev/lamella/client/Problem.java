package dev.lamella.client;

import java.util.Optional;

/**
 * Why a request failed: a problem document of RFC 9457.
 *
 * @param type a URI that names the kind of problem, as {@code urn:lamella:problem:not-found}
 * @param title the kind in words
 * @param status of the HTTP answer
 * @param detail what was wrong, where, what was expected, and what to do
 * @param instance of what it is the problem, mostly a path
 */
public record Problem(String type, String title, int status, String detail, Optional<String> instance) {}
