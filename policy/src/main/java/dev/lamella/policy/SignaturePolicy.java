package dev.lamella.policy;

import dev.lamella.oci.Reference;
import dev.lamella.oci.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code policy.json}, which decides as the container engines would let it decide about a pull. Immutable and thread-safe; files of keys are
 * read anew at each decision.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5)</a>
 */
public final class SignaturePolicy {

    /** The transport of images in registries. */
    private static final String DOCKER = "docker";

    private final PolicyReader.Content content;
    private final String name;
    private final SignatureLimits limits;

    private SignaturePolicy(PolicyReader.Content content, String name, SignatureLimits limits) {
        this.content = content;
        this.name = name;
        this.limits = limits;
    }

    /**
     * Reads a policy.
     *
     * @throws PolicyException if it cannot be read or is malformed: unknown keys are errors, as they may be slips of the pen
     */
    public static SignaturePolicy load(Path file, SignatureLimits limits) throws PolicyException {
        byte[] json;
        try (InputStream in = Files.newInputStream(file)) {
            json = in.readNBytes(limits.policyBytes() + 1);
        } catch (IOException e) {
            throw new PolicyException("%s: cannot be read: %s".formatted(file, FileErrors.reason(e)), e);
        }
        if (json.length > limits.policyBytes()) {
            throw new PolicyException("%s: larger than %d bytes".formatted(file, limits.policyBytes()));
        }
        return parse(json, file.toString(), limits);
    }

    static SignaturePolicy parse(byte[] json, String name, SignatureLimits limits) throws PolicyException {
        try {
            return new SignaturePolicy(PolicyReader.read(json), name, limits);
        } catch (MalformedJsonException e) {
            throw new PolicyException("%s: %s".formatted(name, e.getMessage()), e);
        }
    }

    /**
     * Decides about an image. All requirements of the most specific scope must be fulfilled, each by one signature.
     *
     * @param reference what the image is asked for as; its scope and the name in signatures go by this
     * @param manifest the manifest of the one image that is to be published. Where the reference names an index, engines look for signatures
     *     of the image that they choose from it, and not of the index
     * @param source where signatures are; not asked if no requirement wants any
     * @param now the time by which keys expire
     * @throws PolicyException if keys cannot be read
     * @throws IOException if signatures cannot be fetched; nothing is decided then, and the image must not be published
     */
    public Decision decide(Reference reference, ResolvedImage.Document manifest, SignatureSource source, Instant now)
            throws IOException {
        var question = new RequirementCheck.Question(reference, manifest, now);
        var check = new RequirementCheck(question, source, limits);
        return decide(reference, check::objection);
    }

    /**
     * Decides, without asking any registry, whether an image could be allowed if it had the right signatures.
     *
     * @return a refusal if nothing can help, such as {@code reject}
     */
    public Decision preview(Reference reference) {
        return decide(reference, requirement -> requirement.hopeless().map(RequirementCheck.Objection::lasting));
    }

    /** Says what is wrong with an image in the eyes of a requirement. */
    @FunctionalInterface
    private interface Judge<E extends Exception> {
        Optional<RequirementCheck.Objection> objection(Requirement requirement) throws E;
    }

    private <E extends Exception> Decision decide(Reference reference, Judge<E> judge) throws E {
        Scope scope = scope(reference);
        for (int i = 0; i < scope.requirements().size(); i++) {
            Requirement requirement = scope.requirements().get(i);
            Optional<RequirementCheck.Objection> objection = judge.objection(requirement);
            if (objection.isPresent()) {
                String rule = "%s[%d] %s".formatted(scope.path(), i, requirement.type());
                String reason = "%s: %s; so %s in %s refuses it"
                        .formatted(reference, objection.get().reason(), rule, name);
                return new Decision.Refused(rule, reason, objection.get().unsigned());
            }
        }
        return Decision.allowed();
    }

    /** The requirements that count, and where they are. */
    private record Scope(String path, List<Requirement> requirements) {}

    private Scope scope(Reference reference) {
        Map<String, List<Requirement>> scopes = content.transports().getOrDefault(DOCKER, Map.of());
        for (String candidate : Scopes.of(reference)) {
            if (scopes.containsKey(candidate)) {
                return new Scope(
                        "transports.docker[\"%s\"]".formatted(candidate), scopes.getOrDefault(candidate, List.of()));
            }
        }
        if (scopes.containsKey("")) {
            return new Scope("transports.docker[\"\"]", scopes.getOrDefault("", List.of()));
        }
        return new Scope("default", content.defaults());
    }
}
