/**
 * What may be published, decided before anything is published: by the site's own rules, and by signatures.
 *
 * <p>{@link dev.lamella.policy.PublicationPolicy} says which references, platforms and sizes; {@link dev.lamella.policy.RetentionRules} says
 * which references are dropped again; both compute and touch nothing. {@link dev.lamella.policy.SignaturePolicy} reads the container engines'
 * {@code policy.json} and decides as they do, with signatures that a {@link dev.lamella.policy.SignatureSource} finds where their
 * {@code registries.d} says. What cannot be decided is never allowed: it is refused, or an exception.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5)</a>
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-registries.d.5.md">containers-registries.d(5)</a>
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">containers-signature(5)</a>
 */
@NullMarked
package dev.lamella.policy;

import org.jspecify.annotations.NullMarked;
