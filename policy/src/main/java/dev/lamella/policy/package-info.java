/** What may be published, and by whose signature. */
@NullMarked
package dev.lamella.policy;

import org.jspecify.annotations.NullMarked;
