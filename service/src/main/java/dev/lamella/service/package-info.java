/** The generator as a service: its HTTP API, its webhooks and its page over the durable queue. */
@NullMarked
package dev.lamella.service;

import org.jspecify.annotations.NullMarked;
