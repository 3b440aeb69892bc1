package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import dev.lamella.oci.OciException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code policy.json} as strictly as containers/image does: what is not known is an error, as it may be a slip of the pen. */
final class PolicyReader {

    private static final Set<String> KEY_TYPES =
            Set.of("GPGKeys", "signedByGPGKeys", "X509Certificates", "signedByX509CAs");
    private static final Set<String> SIGNED_BY =
            Set.of("type", "keyType", "keyPath", "keyPaths", "keyData", "signedIdentity");
    private static final Set<String> REKOR =
            Set.of("rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas");
    private static final Set<String> KEYS = Set.of("keyPath", "keyPaths", "keyData", "keyDatas");
    private static final Set<String> SIGSTORE_SIGNED =
            union(union(KEYS, REKOR), Set.of("type", "fulcio", "pki", "signedIdentity"));

    private static final String DOMAIN =
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?";
    private static final Pattern PREFIX = Pattern.compile(DOMAIN + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");

    private PolicyReader() {}

    private static Set<String> union(Set<String> one, Set<String> other) {
        var union = new LinkedHashSet<>(one);
        union.addAll(other);
        return union;
    }

    /** What a policy says: the requirements by transport and scope. */
    record Content(List<Requirement> defaults, Map<String, Map<String, List<Requirement>>> transports) {}

    static Content read(byte[] json) throws MalformedJsonException {
        StrictJson top = StrictJson.parse(json).only(Set.of("default", "transports"));
        if (!top.has("default")) {
            throw top.wrong("default", "missing");
        }
        var transports = new LinkedHashMap<String, Map<String, List<Requirement>>>();
        if (top.has("transports")) {
            StrictJson named = top.object("transports");
            for (String transport : named.node().propertyNames()) {
                StrictJson scoped = named.object(transport);
                var scopes = new LinkedHashMap<String, List<Requirement>>();
                for (String scope : scoped.node().propertyNames()) {
                    scopes.put(scope, requirements(scoped, scope));
                }
                transports.put(transport, scopes);
            }
        }
        return new Content(requirements(top, "default"), transports);
    }

    private static List<Requirement> requirements(StrictJson parent, String key) throws MalformedJsonException {
        var requirements = new ArrayList<Requirement>();
        for (StrictJson entry : parent.objects(key)) {
            requirements.add(requirement(entry));
        }
        if (requirements.isEmpty()) {
            throw parent.wrong(key, "no requirement; to accept anything, say insecureAcceptAnything");
        }
        return List.copyOf(requirements);
    }

    private static Requirement requirement(StrictJson entry) throws MalformedJsonException {
        String type = entry.text("type");
        return switch (type) {
            case "insecureAcceptAnything" -> {
                entry.only(Set.of("type"));
                yield new Requirement.AcceptAnything();
            }
            case "reject" -> {
                entry.only(Set.of("type"));
                yield new Requirement.Reject();
            }
            case "signedBy" -> signedBy(entry.only(SIGNED_BY));
            case "sigstoreSigned" -> sigstoreSigned(entry.only(SIGSTORE_SIGNED));
            case "signedBaseLayer" -> {
                identity(entry.exactly(Set.of("type", "baseLayerIdentity")), "baseLayerIdentity");
                yield new Requirement.Unsupported(type, type);
            }
            default ->
                throw entry.wrong(
                        "type",
                        "%s, expected insecureAcceptAnything, reject, signedBy, sigstoreSigned or signedBaseLayer"
                                .formatted(Shown.quoted(type)));
        };
    }

    private static Requirement signedBy(StrictJson entry) throws MalformedJsonException {
        String keyType = entry.text("keyType");
        if (!KEY_TYPES.contains(keyType)) {
            throw entry.wrong("keyType", "%s, expected GPGKeys".formatted(Shown.quoted(keyType)));
        }
        KeySource keys = keys(entry, oneOf(entry, Set.of("keyPath", "keyPaths", "keyData")));
        SignedIdentity identity = signedIdentity(entry);
        return keyType.equals("GPGKeys")
                ? new Requirement.SignedBy(keys, identity)
                : new Requirement.Unsupported("signedBy", "keyType " + keyType);
    }

    private static Requirement sigstoreSigned(StrictJson entry) throws MalformedJsonException {
        String source = oneOf(entry, union(KEYS, Set.of("fulcio", "pki")));
        List<String> rekor = REKOR.stream().filter(entry::has).sorted().toList();
        if (rekor.size() > 1) {
            throw entry.wrong(rekor.get(1), "cannot be set beside " + rekor.getFirst());
        }
        for (String key : rekor) {
            keys(entry, key);
        }
        SignedIdentity identity = signedIdentity(entry);
        return switch (source) {
            case "fulcio" -> {
                fulcio(entry.object(source));
                if (rekor.isEmpty()) {
                    throw entry.wrong(source, "needs rekorPublicKeyPath or another key of Rekor's beside it");
                }
                yield new Requirement.Unsupported("sigstoreSigned", source);
            }
            case "pki" -> {
                pki(entry.object(source));
                if (!rekor.isEmpty()) {
                    throw entry.wrong(rekor.getFirst(), "cannot be set beside pki");
                }
                yield new Requirement.Unsupported("sigstoreSigned", source);
            }
            default -> {
                KeySource keys = keys(entry, source);
                // Only the log would show that a signature is in it: accepting one without would be less than was
                // required.
                yield rekor.isEmpty()
                        ? new Requirement.SigstoreSigned(keys, identity)
                        : new Requirement.Unsupported("sigstoreSigned", rekor.getFirst());
            }
        };
    }

    private static void fulcio(StrictJson fulcio) throws MalformedJsonException {
        fulcio.only(Set.of("caPath", "caData", "oidcIssuer", "subjectEmail"));
        keys(fulcio, oneOf(fulcio, Set.of("caPath", "caData")));
        for (String key : List.of("oidcIssuer", "subjectEmail")) {
            if (fulcio.text(key).isEmpty()) {
                throw fulcio.wrong(key, "empty");
            }
        }
    }

    private static void pki(StrictJson pki) throws MalformedJsonException {
        pki.only(Set.of(
                "caRootsPath",
                "caRootsData",
                "caIntermediatesPath",
                "caIntermediatesData",
                "subjectEmail",
                "subjectHostname"));
        keys(pki, oneOf(pki, Set.of("caRootsPath", "caRootsData")));
        if (pki.has("caIntermediatesPath") || pki.has("caIntermediatesData")) {
            keys(pki, oneOf(pki, Set.of("caIntermediatesPath", "caIntermediatesData")));
        }
        if (!pki.has("subjectEmail") && !pki.has("subjectHostname")) {
            throw pki.wrong("subjectEmail", "missing, and subjectHostname too");
        }
        for (String key : List.of("subjectEmail", "subjectHostname")) {
            if (pki.has(key) && pki.text(key).isEmpty()) {
                throw pki.wrong(key, "empty");
            }
        }
    }

    /** Returns which one of some keys there is. */
    private static String oneOf(StrictJson entry, Set<String> keys) throws MalformedJsonException {
        List<String> there = keys.stream().filter(entry::has).sorted().toList();
        if (there.size() == 1) {
            return there.getFirst();
        }
        List<String> sorted = keys.stream().sorted().toList();
        throw entry.wrong(
                there.isEmpty() ? sorted.getFirst() : there.get(1),
                "exactly one of %s must be there, found %s"
                        .formatted(String.join(", ", sorted), there.isEmpty() ? "none" : String.join(" and ", there)));
    }

    private static KeySource keys(StrictJson entry, String key) throws MalformedJsonException {
        boolean several = key.endsWith("s");
        List<String> values = several ? entry.texts(key) : List.of(entry.text(key));
        if (values.isEmpty() || values.contains("")) {
            throw entry.wrong(key, "empty");
        }
        if (key.endsWith("Path") || key.endsWith("Paths")) {
            return paths(entry, key, values);
        }
        var datas = new ArrayList<ByteString>();
        for (String value : values) {
            datas.add(base64(entry, key, value));
        }
        return new KeySource.Data(List.copyOf(datas));
    }

    private static KeySource paths(StrictJson entry, String key, List<String> values) throws MalformedJsonException {
        try {
            return new KeySource.Paths(values.stream().map(Path::of).toList());
        } catch (InvalidPathException _) {
            throw entry.wrong(key, "not a path");
        }
    }

    private static ByteString base64(StrictJson entry, String key, String text) throws MalformedJsonException {
        try {
            // Go leaves line ends out, too.
            return ByteString.of(Base64.getDecoder().decode(text.replaceAll("[\r\n]", "")));
        } catch (IllegalArgumentException _) {
            throw entry.wrong(key, "not base64");
        }
    }

    private static SignedIdentity signedIdentity(StrictJson entry) throws MalformedJsonException {
        return entry.has("signedIdentity") ? identity(entry, "signedIdentity") : SignedIdentity.byDefault();
    }

    private static SignedIdentity identity(StrictJson parent, String key) throws MalformedJsonException {
        StrictJson entry = parent.object(key);
        String type = entry.text("type");
        Optional<SignedIdentity> plain = switch (type) {
            case "matchExact" -> Optional.of(new SignedIdentity.MatchExact());
            case "matchRepoDigestOrExact" -> Optional.of(new SignedIdentity.MatchRepoDigestOrExact());
            case "matchRepository" -> Optional.of(new SignedIdentity.MatchRepository());
            default -> Optional.empty();
        };
        if (plain.isPresent()) {
            entry.only(Set.of("type"));
            return plain.get();
        }
        return switch (type) {
            case "exactReference" -> {
                DockerName given = name(entry.exactly(Set.of("type", "dockerReference")), "dockerReference");
                if (given.isNameOnly()) {
                    throw entry.wrong("dockerReference", "has neither tag nor digest");
                }
                yield new SignedIdentity.ExactReference(given);
            }
            case "exactRepository" -> {
                DockerName given = name(entry.exactly(Set.of("type", "dockerRepository")), "dockerRepository");
                yield new SignedIdentity.ExactRepository(given.name());
            }
            case "remapIdentity" -> {
                entry.exactly(Set.of("type", "prefix", "signedPrefix"));
                yield new SignedIdentity.RemapIdentity(prefix(entry, "prefix"), prefix(entry, "signedPrefix"));
            }
            default ->
                throw entry.wrong(
                        "type",
                        "%s, expected matchExact, matchRepoDigestOrExact, matchRepository, exactReference, exactRepository or remapIdentity"
                                .formatted(Shown.quoted(type)));
        };
    }

    private static DockerName name(StrictJson entry, String key) throws MalformedJsonException {
        try {
            return DockerName.parse(entry.text(key));
        } catch (OciException e) {
            throw entry.wrong(key, String.valueOf(e.getMessage()));
        }
    }

    private static String prefix(StrictJson entry, String key) throws MalformedJsonException {
        String prefix = entry.text(key);
        if (!PREFIX.matcher(prefix).matches()) {
            throw entry.wrong(key, "%s, expected HOST[:PORT][/NAMESPACE]".formatted(Shown.quoted(prefix)));
        }
        return prefix;
    }
}
