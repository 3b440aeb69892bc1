@NullMarked
package dev.lamella.node;

import org.jspecify.annotations.NullMarked;
