/**
 * What registries say when an image was pushed or deleted, and how they prove that it is they.
 *
 * <p>{@link dev.lamella.webhook.Webhook} takes one HTTP request, as values, and says what it is: events of images, something to pass
 * over, a handshake to answer, or a reason to refuse it. It opens no socket, reads no clock and keeps nothing: the time, the keys
 * of a token's issuer and the memory of what was seen are handed in. Everything here is immutable and may be shared by threads.
 *
 * <p>Whatever the body holds, the answer is a {@link dev.lamella.webhook.WebhookVerdict} and never an exception. The sender is known before
 * its body is parsed. docs/webhooks.md says how each product is set up and what its events become.
 */
@NullMarked
package dev.lamella.webhook;

import org.jspecify.annotations.NullMarked;
