package dev.lamella.oci;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.OciException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A repository of a registry, with its mirrors as {@code registries.conf} names them. Mirrors are asked first and in their order; what one
 * does not have, or gives wrongly, the next is asked for. Thread-safe.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pull">Pulling, OCI distribution specification</a>
 */
public final class Registry implements Closeable {

    /** By what name every request of ours is marked in its {@code Via} header. */
    public static final String VIA_NAME = "lamella";

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final int NOT_MODIFIED = 304;
    private static final int TAGS_OF_A_PAGE = 1000;

    private final Reference reference;
    private final List<EndpointClient> clients;
    private final RegistryLimits limits;
    private volatile int answering;

    private Registry(Reference reference, List<EndpointClient> clients, RegistryLimits limits) {
        this.reference = reference;
        this.clients = List.copyOf(clients);
        this.limits = limits;
    }

    /**
     * Prepares to ask for a reference; nothing is sent yet.
     *
     * @param credentials to be used in place of those the configuration knows
     * @throws OciException if the registry is blocked or its certificates are wrong
     */
    public static Registry open(Reference reference, EngineConfig config, Optional<Credentials> credentials)
            throws IOException {
        return open(reference, config, credentials, Pauses.REAL);
    }

    static Registry open(Reference reference, EngineConfig config, Optional<Credentials> credentials, Pauses pauses)
            throws IOException {
        var clients = new ArrayList<EndpointClient>();
        try {
            for (Endpoint endpoint : config.endpoints(reference)) {
                clients.add(new EndpointClient(endpoint, config, credentials, pauses));
            }
        } catch (IOException | RuntimeException e) {
            clients.forEach(EndpointClient::close);
            throw e;
        }
        return new Registry(reference, clients, config.limits());
    }

    /**
     * Asks what the reference stands for.
     *
     * @param platform which image to choose from an index
     * @throws OciException if no endpoint has it and all of it; with several endpoints the message says what each of them said
     */
    public ResolvedImage resolve(Platform platform) throws IOException {
        return firstOf(client -> resolve(client, platform));
    }

    /**
     * Asks for the digest of the manifest or index that a reference stands for now, and for nothing else.
     *
     * @param wanted a reference to this repository
     * @throws OciException like {@link #resolve}
     */
    public Digest digest(Reference wanted) throws IOException {
        if (!wanted.name().equals(reference.name())) {
            throw new IllegalArgumentException("%s is not in %s".formatted(wanted, reference.name()));
        }
        return firstOf(
                client -> manifest(client, wanted.version(), wanted.digest()).digest());
    }

    /**
     * Asks for the names of the repository's tags, in the order of their names. What is no tag is passed over.
     *
     * @param tagsMax the most tags that are wanted
     * @throws OciException like {@link #resolve}; also if there are more
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags">Listing tags</a>
     */
    public List<String> tags(int tagsMax) throws IOException {
        return firstOf(client -> tags(client, tagsMax));
    }

    private List<String> tags(EndpointClient client, int tagsMax) throws IOException {
        var tags = new TreeSet<String>();
        Optional<String> query = Optional.of("n=" + Math.min(TAGS_OF_A_PAGE, tagsMax));
        for (int pages = 0; query.isPresent(); pages++) {
            EndpointClient.TagPage page = client.tags(query.get(), tagsMax + 1);
            page.tags().stream().filter(Reference::isTag).forEach(tags::add);
            // A registry that says nothing new and goes on would go on forever.
            if (tags.size() > tagsMax || pages > tagsMax) {
                throw new OciException(Kind.UNSUPPORTED, "%s: more than %d tags".formatted(reference.name(), tagsMax));
            }
            query = page.next();
        }
        return List.copyOf(tags);
    }

    /** Asks one endpoint. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(EndpointClient client) throws IOException;
    }

    private <T> T firstOf(Question<T> question) throws IOException {
        var failures = new ArrayList<OciException>();
        for (int i = 0; i < clients.size(); i++) {
            try {
                T answer = question.ask(clients.get(i));
                answering = i;
                return answer;
            } catch (OciException e) {
                failures.add(e);
                if (i + 1 < clients.size()) {
                    LOG.info(
                            "{}: mirror {} failed: {}",
                            reference,
                            clients.get(i).endpoint().name(),
                            e.getMessage());
                }
            }
        }
        OciException last = failures.getLast();
        if (failures.size() == 1) {
            throw last;
        }
        var said = new StringBuilder();
        for (OciException failure : failures) {
            said.append(said.isEmpty() ? "" : "; ").append(failure.getMessage());
        }
        throw new OciException(last.kind(), said.toString(), last);
    }

    private ResolvedImage resolve(EndpointClient client, Platform platform) throws IOException {
        ResolvedImage.Document top = manifest(client, reference.version(), reference.digest());
        String topName = "manifest of " + reference;
        Manifest parsed = Manifest.parse(top.content().toByteArray(), top.mediaType(), topName);
        return switch (parsed) {
            case ImageManifest image -> withConfig(client, Optional.empty(), named(top, image), image);
            case IndexManifest index -> {
                Descriptor chosen = index.choose(platform, reference.toString());
                ResolvedImage.Document manifest =
                        manifest(client, chosen.digest().toString(), Optional.of(chosen.digest()));
                requireSize(
                        "manifest " + chosen.digest(),
                        chosen.sizeBytes(),
                        manifest.content().length());
                String name = "manifest %s of %s".formatted(chosen.digest(), reference);
                Manifest inner = Manifest.parse(manifest.content().toByteArray(), chosen.mediaType(), name);
                if (!(inner instanceof ImageManifest image)) {
                    throw new OciException(Kind.UNSUPPORTED, name + ": an index within an index");
                }
                yield withConfig(client, Optional.of(named(top, index)), named(manifest, image), image);
            }
        };
    }

    /** Gives a document the media type that it itself says it has. */
    private static ResolvedImage.Document named(ResolvedImage.Document document, Manifest parsed) {
        return new ResolvedImage.Document(document.digest(), parsed.mediaType(), document.content());
    }

    private ResolvedImage.Document manifest(EndpointClient client, String version, Optional<Digest> expected)
            throws IOException {
        EndpointClient.Document answer = client.manifest(version);
        byte[] content = answer.content().toByteArray();
        Digest digest = expected.orElseGet(() -> Digest.sha256Of(content));
        requireDigest("manifest of " + reference, digest, content);
        return new ResolvedImage.Document(digest, answer.mediaType(), answer.content());
    }

    private ResolvedImage withConfig(
            EndpointClient client,
            Optional<ResolvedImage.Document> index,
            ResolvedImage.Document manifest,
            ImageManifest image)
            throws IOException {
        Descriptor described = image.config();
        String name = "config %s of %s".formatted(described.digest(), reference);
        if (described.sizeBytes() > limits.configBytes()) {
            throw new OciException(
                    Kind.MALFORMED,
                    "%s: %d bytes, at most %d are allowed"
                            .formatted(name, described.sizeBytes(), limits.configBytes()));
        }
        byte[] content = client.smallBlob(described).content().toByteArray();
        requireSize(name, described.sizeBytes(), content.length);
        requireDigest(name, described.digest(), content);
        ImageConfig config = ImageConfig.parse(content, name);
        if (config.diffIds().size() != image.layers().size()) {
            throw new OciException(
                    Kind.MALFORMED,
                    "%s: %d DiffIDs, but the manifest has %d layers"
                            .formatted(
                                    name,
                                    config.diffIds().size(),
                                    image.layers().size()));
        }
        return new ResolvedImage(index, manifest, image, ByteString.of(content), config);
    }

    static void requireDigest(String name, Digest expected, byte[] content) throws OciException {
        if (!expected.matches(content)) {
            throw new OciException(
                    Kind.MALFORMED,
                    "%s: its digest is %s, expected %s; the registry or something on the way changed it"
                            .formatted(name, Digest.sha256Of(content), expected));
        }
    }

    static void requireSize(String name, long expected, long found) throws OciException {
        if (expected != found) {
            throw new OciException(Kind.MALFORMED, "%s: %d bytes, expected %d".formatted(name, found, expected));
        }
    }

    /**
     * Opens a blob, at the endpoint that answered last and the ones behind it; nothing is sent before the first read. A download that breaks
     * off is resumed. The stream gives exactly the descriptor's number of bytes or throws; their digest is not checked.
     */
    public InputStream blob(Descriptor blob) {
        return new BlobInput(blob, clients.subList(answering, clients.size()), limits);
    }

    /** Returns what the reference is called at the endpoint that answered last, which may be a mirror. */
    public Reference answered() {
        Endpoint endpoint = clients.get(answering).endpoint();
        return new Reference(endpoint.registry(), endpoint.repository(), reference.tag(), reference.digest());
    }

    /**
     * Fetches what is attached to a manifest as cosign does it, from the endpoint that answered last.
     *
     * @param manifest the manifest's digest
     * @param mediaType of what kind; other attachments are passed over
     * @param bytesMax the largest attachment
     * @return the attachments in their order; none if there are none
     */
    public List<Attachment> attachments(Digest manifest, String mediaType, int bytesMax) throws IOException {
        return new Attachments(clients.get(answering), manifest).read(mediaType, bytesMax);
    }

    /**
     * Fetches a small file from a web server, in the same way in which the endpoint that answered last is reached: with its certificates and
     * proxies, but without credentials.
     *
     * @param address an http or https address
     * @param bytesMax the largest file
     * @return the file; empty if there is none (HTTP 404)
     */
    public Optional<ByteString> file(URI address, int bytesMax) throws IOException {
        return clients.get(answering).file(address, bytesMax);
    }

    /**
     * Hands a request on as it is, to one endpoint after the other until one has what is asked for, and the answer back, whatever it is: that of
     * the last endpoint if none has it. Nothing is tried again.
     *
     * @throws OciException if the last endpoint gives no answer, or wants credentials it does not get
     */
    public ForwardAnswer forward(ForwardRequest request) throws IOException {
        for (EndpointClient client : clients.subList(0, clients.size() - 1)) {
            String name = client.endpoint().name();
            try {
                HttpResponse<BodyInput> answer = client.forward(request);
                int status = answer.statusCode();
                if (status / 100 == 2 || status == NOT_MODIFIED) {
                    return answer(client, answer);
                }
                answer.body().close();
                LOG.debug("{}: mirror {}: HTTP {}", reference, name, status);
            } catch (OciException e) {
                LOG.debug("{}: mirror {} failed: {}", reference, name, e.getMessage());
            }
        }
        EndpointClient last = clients.getLast();
        return answer(last, last.forward(request));
    }

    private static ForwardAnswer answer(EndpointClient client, HttpResponse<BodyInput> answer) {
        return new ForwardAnswer(
                client.endpoint().name(), answer.statusCode(), answer.headers().map(), answer.body());
    }

    /** Ends all connections. */
    @Override
    public void close() {
        clients.forEach(EndpointClient::close);
    }
}
