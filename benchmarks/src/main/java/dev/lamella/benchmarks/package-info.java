@NullMarked
package dev.lamella.benchmarks;

import org.jspecify.annotations.NullMarked;
