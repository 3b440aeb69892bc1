@NullMarked
package dev.lamella.tar;

import org.jspecify.annotations.NullMarked;
