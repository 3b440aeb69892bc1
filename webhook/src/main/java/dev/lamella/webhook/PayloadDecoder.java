package dev.lamella.webhook;

/** Knows what a product's requests say. */
@FunctionalInterface
interface PayloadDecoder {

    /**
     * Returns events, a reason to pass the request over, or the answer to a handshake.
     *
     * @throws MalformedPayloadException if it is not what the product documents, as far as it is used
     */
    WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException;
}
