/** What registries say when an image was pushed or deleted, and how they prove that it is they. */
@NullMarked
package dev.lamella.webhook;

import org.jspecify.annotations.NullMarked;
