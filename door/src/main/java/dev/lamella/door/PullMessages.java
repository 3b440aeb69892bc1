package dev.lamella.door;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Credentials;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@link PullRequest} and {@link PullAnswer} as the JSON of the node's API. */
final class PullMessages {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PullMessages() {}

    static byte[] write(PullRequest request) {
        ObjectNode object = JSON.createObjectNode();
        object.put("reference", request.reference().toString());
        object.put("door", request.door().word());
        request.platform().ifPresent(platform -> object.put("platform", platform.toString()));
        request.credentials().ifPresent(credentials -> {
            switch (credentials) {
                case Credentials.Password password -> {
                    object.put("username", password.user());
                    object.put("password", password.password());
                }
                case Credentials.IdentityToken token -> object.put("identityToken", token.token());
            }
        });
        return JSON.writeValueAsBytes(object);
    }

    /**
     * Reads a request.
     *
     * @throws OciException if the reference or the platform is malformed
     * @throws BadRequestException if it is not such a document; nothing of it is quoted, as it may hold a secret
     */
    static PullRequest readRequest(byte[] content) throws OciException, BadRequestException {
        JsonNode object = object(content);
        Optional<String> platform = text(object, "platform");
        return new PullRequest(
                Reference.parse(text(object, "reference")
                        .orElseThrow(() -> new BadRequestException("\"reference\" is missing"))),
                platform.isPresent() ? Optional.of(Platform.parse(platform.get())) : Optional.empty(),
                credentials(object),
                door(text(object, "door").orElse("command")));
    }

    private static Door door(String word) throws BadRequestException {
        for (Door door : Door.values()) {
            if (door.word().equals(word)) {
                return door;
            }
        }
        throw new BadRequestException("\"door\": expected command, hook or mirror");
    }

    /** Reads credentials in the form the engines hand them to their helper in. */
    static Optional<Credentials> credentials(JsonNode object) throws BadRequestException {
        Optional<String> token = text(object, "identityToken");
        if (token.isPresent()) {
            return Optional.of(new Credentials.IdentityToken(token.get()));
        }
        Optional<String> user = text(object, "username");
        if (user.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Credentials.Password(user.get(), text(object, "password").orElse("")));
    }

    static byte[] write(PullAnswer answer) {
        ObjectNode object = JSON.createObjectNode();
        object.put("outcome", answer.outcome().name().toLowerCase(Locale.ROOT));
        object.put("reference", answer.reference());
        answer.manifestDigest().ifPresent(digest -> object.put("manifestDigest", digest.toString()));
        object.put("newLayers", answer.newLayers());
        object.put("waitedMillis", answer.waitedMillis());
        object.put("message", answer.message());
        return JSON.writeValueAsBytes(object);
    }

    static PullAnswer readAnswer(byte[] content) throws IOException {
        JsonNode object = object(content);
        Optional<String> digest = text(object, "manifestDigest");
        try {
            return new PullAnswer(
                    PullAnswer.Outcome.valueOf(
                            text(object, "outcome").orElse("").toUpperCase(Locale.ROOT)),
                    text(object, "reference").orElse(""),
                    digest.isPresent() ? Optional.of(Digest.parse(digest.get())) : Optional.empty(),
                    object.path("newLayers").asInt(0),
                    object.path("waitedMillis").asLong(0),
                    text(object, "message").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new NodeUnavailableException("the node's answer is not of this version: " + e.getMessage(), e);
        }
    }

    /** Reads a JSON object, without quoting any of it in errors. */
    static JsonNode object(byte[] content) throws BadRequestException {
        try {
            JsonNode object = JSON.readTree(content);
            if (object != null && object.isObject()) {
                return object;
            }
        } catch (JacksonException _) {
            // Said below, without what the document holds.
        }
        throw new BadRequestException("expected a JSON object");
    }

    private static Optional<String> text(JsonNode object, String field) throws BadRequestException {
        JsonNode value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new BadRequestException("\"%s\": expected a text".formatted(field));
        }
        return Optional.of(value.stringValue()).filter(text -> !text.isEmpty());
    }
}
