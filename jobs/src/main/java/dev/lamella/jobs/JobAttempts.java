package dev.lamella.jobs;

/**
 * How often a job was tried. An attempt counts from its beginning, so that one whose generator was killed counts too; one that was given back
 * by a generator that was stopped in good order does not.
 *
 * @param made attempts begun
 * @param max how many there may be
 */
public record JobAttempts(int made, int max) {}
