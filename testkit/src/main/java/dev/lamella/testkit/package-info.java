@NullMarked
package dev.lamella.testkit;

import org.jspecify.annotations.NullMarked;
