@NullMarked
package dev.lamella.store;

import org.jspecify.annotations.NullMarked;
