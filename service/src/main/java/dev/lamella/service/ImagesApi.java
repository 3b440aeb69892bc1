package dev.lamella.service;

import dev.lamella.client.ImageView;
import dev.lamella.client.LayerView;
import dev.lamella.client.Scope;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Printable;
import dev.lamella.oci.Reference;
import dev.lamella.service.Route.Description;
import dev.lamella.service.Route.Parameter;
import java.io.IOException;
import java.util.List;

/** Seeing and deleting images, seeing layers. Thread-safe. */
final class ImagesApi {

    private final Images images;
    private final Nodes nodes;
    private final Audit audit;

    ImagesApi(Images images, Nodes nodes, Audit audit) {
        this.images = images;
        this.nodes = nodes;
        this.audit = audit;
    }

    List<Route> routes() {
        var read = new Access.Needs(Scope.READ);
        var admin = new Access.Needs(Scope.ADMIN);
        return List.of(
                Route.described(
                        "GET",
                        "/v1/images",
                        read,
                        call -> Answer.of(images.catalogue()
                                .require()
                                .images(call.query("q").orElse(""), call.page())),
                        Description.of("Lists images, by their first references.")
                                .with(
                                        Parameter.query(
                                                "q", "only images whose digest or reference has this text in it"),
                                        Parameter.LIMIT,
                                        Parameter.CURSOR)
                                .lists(ImageView.class)),
                Route.described(
                        "GET",
                        "/v1/images/{digest}",
                        read,
                        call -> Answer.of(image(call.path("digest"))),
                        Description.of("Shows an image, its layers, and the nodes that show it.")
                                .gives(ImageView.class)),
                Route.described(
                        "DELETE",
                        "/v1/images/{digest}",
                        admin,
                        call -> {
                            deleteImage(call.path("digest"), call.who());
                            return new Answer.Done();
                        },
                        Description.of(
                                "Removes all references to an image. It goes with the next collection of garbage.")),
                Route.described(
                        "DELETE",
                        "/v1/images",
                        admin,
                        call -> {
                            deleteReference(call.query("reference").orElse(""), call.who());
                            return new Answer.Done();
                        },
                        Description.of(
                                        "Removes a reference. An image without any goes with the next collection of garbage.")
                                .with(Parameter.query(
                                        "reference", "the reference, with its registry and tag or digest"))),
                Route.described(
                        "GET",
                        "/v1/layers",
                        read,
                        call -> Answer.of(images.catalogue()
                                .require()
                                .layers(call.query("q").orElse(""), call.page())),
                        Description.of("Lists layers, by their digests.")
                                .with(
                                        Parameter.query("q", "only layers whose digest has this text in it"),
                                        Parameter.LIMIT,
                                        Parameter.CURSOR)
                                .lists(LayerView.class)),
                Route.described(
                        "GET",
                        "/v1/layers/{diffId}",
                        read,
                        call -> Answer.of(layer(call.path("diffId"))),
                        Description.of("Shows a layer.").gives(LayerView.class)));
    }

    ImageView image(String text) throws ProblemException {
        Digest digest = digest(text);
        return images.catalogue()
                .require()
                .image(digest, nodes.showing(digest))
                .orElseThrow(() -> ProblemException.notFound("there is no image " + digest));
    }

    private LayerView layer(String text) throws ProblemException {
        Digest digest = digest(text);
        return images.catalogue()
                .require()
                .layer(digest)
                .orElseThrow(() -> ProblemException.notFound("there is no layer " + digest));
    }

    void deleteImage(String text, Principal who) throws ProblemException, IOException {
        Digest digest = digest(text);
        List<String> references = images.removeReferences(digest);
        if (references.isEmpty()) {
            throw ProblemException.notFound("there is no image " + digest);
        }
        audit.accepted(who.name(), "delete-image", digest + " " + String.join(" ", references));
    }

    void deleteReference(String text, Principal who) throws ProblemException, IOException {
        Reference reference;
        try {
            reference = Reference.parse(text);
        } catch (OciException e) {
            throw ProblemException.badRequest("reference: " + e.getMessage());
        }
        if (!images.removeReference(reference)) {
            throw ProblemException.notFound("there is no reference " + reference);
        }
        audit.accepted(who.name(), "delete-reference", reference.toString());
    }

    static Digest digest(String text) throws ProblemException {
        try {
            return Digest.parse(text);
        } catch (MalformedDigestException e) {
            throw ProblemException.notFound("%s: expected a digest as in sha256:0123...".formatted(Printable.of(text)));
        }
    }
}
