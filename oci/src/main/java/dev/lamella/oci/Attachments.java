package dev.lamella.oci;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is attached to a manifest as cosign does it: the layers of an OCI manifest whose tag is made of the digest, {@code sha256-HEX.sig}.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/v2.4.0/specs/SIGNATURE_SPEC.md">cosign, signature specification</a>
 */
record Attachments(EndpointClient client, Digest manifest) {

    private static final int ENTRIES_MAX = 128;

    List<Attachment> read(String mediaType, int bytesMax) throws IOException {
        String tag = "%s-%s.sig".formatted(manifest.algorithm(), manifest.hex());
        String name = "signatures %s/%s:%s"
                .formatted(client.endpoint().registry(), client.endpoint().repository(), tag);
        EndpointClient.Document document;
        try {
            document = client.manifest(tag);
        } catch (OciException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
        String sent = document.mediaType().replaceFirst(";.*", "").strip();
        if (!sent.equals(MediaTypes.OCI_MANIFEST)) {
            throw new OciException(
                    Kind.UNSUPPORTED,
                    "%s: sent as \"%s\", expected %s".formatted(name, Printable.of(sent), MediaTypes.OCI_MANIFEST));
        }
        OciJson json = OciJson.parse(document.content().toByteArray(), name);
        var attachments = new ArrayList<Attachment>();
        for (OciJson entry : json.objects("layers", ENTRIES_MAX)) {
            Descriptor layer = entry.descriptor();
            if (layer.mediaType().equals(mediaType)) {
                attachments.add(new Attachment(content(layer, name, bytesMax), layer.annotations()));
            }
        }
        return attachments;
    }

    private ByteString content(Descriptor layer, String name, int bytesMax) throws IOException {
        String what = "%s: %s".formatted(name, layer.digest());
        if (layer.sizeBytes() > bytesMax) {
            throw new OciException(
                    Kind.MALFORMED,
                    "%s: %d bytes, at most %d are allowed".formatted(what, layer.sizeBytes(), bytesMax));
        }
        byte[] content = client.smallBlob(layer).content().toByteArray();
        Registry.requireSize(what, layer.sizeBytes(), content.length);
        Registry.requireDigest(what, layer.digest(), content);
        return ByteString.of(content);
    }
}
