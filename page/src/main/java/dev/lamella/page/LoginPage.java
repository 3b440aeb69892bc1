package dev.lamella.page;

import java.util.Optional;

/**
 * The content of the sign-in form.
 *
 * @param next the path to go on to, as {@code /ui/jobs}; whoever serves the form checks it again
 * @param problem why the last try failed
 */
public record LoginPage(String next, Optional<String> problem) {}
