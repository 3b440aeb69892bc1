/** The generator's web page, made of what its API says. */
@NullMarked
package dev.lamella.page;

import org.jspecify.annotations.NullMarked;
