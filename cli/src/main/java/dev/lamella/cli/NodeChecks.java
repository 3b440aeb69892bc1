package dev.lamella.cli;

import dev.lamella.door.NodeApi;
import dev.lamella.door.NodeClient;
import dev.lamella.door.NodeUnavailableException;
import dev.lamella.node.NodeView;
import dev.lamella.node.ShownLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What {@code lamella doctor} finds of the node: the daemon, and the layers it is to keep mounted. */
final class NodeChecks {

    private static final String NODE = "node";
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final Session session;
    private final boolean isAsked;

    /**
     * Makes the checks.
     *
     * @param isAsked whether engines are set up to ask the node
     */
    NodeChecks(Session session, boolean isAsked) {
        this.session = session;
        this.isAsked = isAsked;
    }

    List<Check> run() throws IOException {
        return List.of(daemon(), layers());
    }

    private Check daemon() throws IOException {
        Path socket = session.config().get(ConfigKey.NODE_SOCKET);
        if (Files.notExists(socket)) {
            String detail = "not running: there is no " + socket;
            String remedy = "systemctl enable --now lamella-node";
            return isAsked
                    ? Check.fail(NODE, detail + "; engines ask it in vain and download", remedy)
                    : Check.warn(NODE, detail + "; nobody mounts the layers again after a reboot", remedy);
        }
        try {
            NodeApi.Status status = new NodeClient(socket).status(ANSWER);
            return running(socket, status);
        } catch (NodeUnavailableException e) {
            boolean hangs = e.getCause() instanceof TimeoutException;
            return Check.fail(
                    NODE,
                    hangs
                            ? "%s: takes requests and does not answer within %d s".formatted(socket, ANSWER.toSeconds())
                            : "%s: nobody answers: %s".formatted(socket, e.getMessage()),
                    "systemctl restart lamella-node; containers go on meanwhile");
        } catch (IOException e) {
            return Check.fail(
                    NODE,
                    "%s: an answer that is not the node's: %s".formatted(socket, e.getMessage()),
                    "set node.socket to another path");
        }
    }

    private static Check running(Path socket, NodeApi.Status status) {
        if (!status.ready()) {
            return Check.fail(
                    NODE, "runs, and is not ready: it cannot open the store", "journalctl --unit lamella-node");
        }
        String version = String.valueOf(status.facts().get("version"));
        if (!version.equals(Lamella.Version.number())) {
            return Check.warn(
                    NODE,
                    "runs version %s, and this is %s".formatted(version, Lamella.Version.number()),
                    "systemctl restart lamella-node");
        }
        return Check.ok(
                NODE,
                "answers at %s: %s images, %s layers"
                        .formatted(
                                socket,
                                status.facts().get("images"),
                                status.facts().get("layers")));
    }

    private Check layers() throws IOException {
        var view = new NodeView(session.nodeConfig());
        try {
            NodeView.Places places = view.places();
            int shown = places.shown().size();
            int waiting = places.waiting().size();
            List<ShownLayer> unmounted = places.unmounted();
            return unmounted.isEmpty()
                    ? Check.ok(
                            "layers",
                            waiting == 0
                                    ? "%d shown, all mounted".formatted(shown)
                                    : "%d shown, %d of them mounted when a container needs them"
                                            .formatted(shown, waiting))
                    : Check.fail(
                            "layers",
                            "%d of %d shown are not mounted, as %s: containers of their images do not start"
                                    .formatted(
                                            unmounted.size(),
                                            shown,
                                            unmounted.getFirst().diffId()),
                            "lamella node --once");
        } catch (IOException e) {
            return Check.fail("layers", Failure.of(e).message(), "lamella node --once");
        }
    }
}
