/** The durable queue of what is to be published. */
@NullMarked
package dev.lamella.jobs;

import org.jspecify.annotations.NullMarked;
