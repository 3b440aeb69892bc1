@NullMarked
package dev.lamella.erofs;

import org.jspecify.annotations.NullMarked;
