package dev.lamella.door;

import dev.lamella.oci.Credentials;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What an engine hands to its {@code additional-layer-store-auth-helper} (containers/image from 5.32, Podman from 5.2): one object with
 * one field, named by the reference, that holds the user's credentials, or nothing.
 *
 * @param reference the image, as it is called at the endpoint that answered
 * @param credentials what the user has for it
 */
record HookRequest(Reference reference, Optional<Credentials> credentials) {

    static HookRequest parse(byte[] content) throws OciException, BadRequestException {
        JsonNode object = PullMessages.object(content);
        if (object.size() != 1) {
            throw new BadRequestException(
                    "expected one field, named by a reference, and not %d fields".formatted(object.size()));
        }
        Map.Entry<String, JsonNode> field = object.properties().iterator().next();
        if (!field.getValue().isObject()) {
            throw new BadRequestException("expected the credentials in an object");
        }
        return new HookRequest(Reference.parse(field.getKey()), PullMessages.credentials(field.getValue()));
    }
}
