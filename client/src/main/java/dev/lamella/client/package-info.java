/** The generator's HTTP API as records, and a client for it. */
@NullMarked
package dev.lamella.client;

import org.jspecify.annotations.NullMarked;
