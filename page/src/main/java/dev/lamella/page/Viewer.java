package dev.lamella.page;

/**
 * Who looks at the page.
 *
 * @param name of the token, certificate or local user
 * @param maySubmit whether to offer submitting, cancelling and trying again
 * @param mayAdminister whether to offer deleting and the audit log
 */
public record Viewer(String name, boolean maySubmit, boolean mayAdminister) {}
