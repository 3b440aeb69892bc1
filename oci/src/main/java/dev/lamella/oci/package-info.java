@NullMarked
package dev.lamella.oci;

import org.jspecify.annotations.NullMarked;
