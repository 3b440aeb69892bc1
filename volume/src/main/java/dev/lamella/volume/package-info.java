@NullMarked
package dev.lamella.volume;

import org.jspecify.annotations.NullMarked;
