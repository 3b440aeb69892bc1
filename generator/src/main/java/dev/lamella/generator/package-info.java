@NullMarked
package dev.lamella.generator;

import org.jspecify.annotations.NullMarked;
