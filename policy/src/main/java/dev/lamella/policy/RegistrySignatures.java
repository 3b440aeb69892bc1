package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.Attachment;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds signatures where container engines would. */
record RegistrySignatures(Registry registry, RegistriesDirectory configuration, SignatureLimits limits)
        implements SignatureSource {

    @Override
    public List<ImageSignature> signatures(Digest manifest) throws IOException {
        Reference place = registry.answered();
        var found = new ArrayList<ImageSignature>();
        Lookaside lookaside = configuration.lookaside(place);
        for (int number = 1; ; number++) {
            Optional<ImageSignature> next = inLookaside(lookaside.signature(manifest, number));
            if (next.isEmpty()) {
                break;
            }
            requireRoom(found, manifest);
            found.add(next.get());
        }
        if (configuration.usesAttachments(place)) {
            String mediaType = ImageSignature.Sigstore.MEDIA_TYPE;
            for (Attachment attachment : registry.attachments(manifest, mediaType, limits.signatureBytes())) {
                requireRoom(found, manifest);
                found.add(new ImageSignature.Sigstore(mediaType, attachment.content(), attachment.annotations()));
            }
        }
        return found;
    }

    private void requireRoom(List<ImageSignature> found, Digest manifest) throws PolicyException {
        if (found.size() >= limits.signatures()) {
            throw new PolicyException("%s: more than %d signatures; take those away that nobody needs"
                    .formatted(manifest, limits.signatures()));
        }
    }

    private Optional<ImageSignature> inLookaside(URI address) throws IOException {
        Optional<ByteString> blob = address.getScheme().equals("file")
                ? file(Path.of(address.getPath()))
                : registry.file(address, limits.signatureBytes());
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SignatureBlob.parse(blob.get()));
        } catch (InvalidSignatureException e) {
            throw new PolicyException("%s: not a signature: %s".formatted(address, e.getMessage()), e);
        }
    }

    private Optional<ByteString> file(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(limits.signatureBytes() + 1);
            if (content.length > limits.signatureBytes()) {
                throw new PolicyException(
                        "%s: a signature has at most %d bytes".formatted(file, limits.signatureBytes()));
            }
            return Optional.of(ByteString.of(content));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}
