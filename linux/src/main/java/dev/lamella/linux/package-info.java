@NullMarked
package dev.lamella.linux;

import org.jspecify.annotations.NullMarked;
