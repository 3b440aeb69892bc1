package dev.lamella.service;

import dev.lamella.client.ApiJson;
import dev.lamella.client.NodeReport;
import dev.lamella.client.NodeView;
import dev.lamella.filetree.Digest;
import dev.lamella.jobs.NodeRecord;
import dev.lamella.jobs.NodeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What nodes said of themselves. Kept in memory for some seconds, as every image's page asks for it. Thread-safe. */
final class Nodes {

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);
    private static final Duration BELIEVED = Duration.ofSeconds(10);

    /** Who was silent for longer is taken to be gone. */
    private static final Duration PRESENT = Duration.ofHours(1);

    private final NodeRegistry registry;
    private volatile Seen seen = new Seen(Instant.MIN, List.of());

    private record Seen(Instant at, List<Node> nodes) {}

    /** A node and the images it shows. */
    private record Node(NodeView view, List<String> images) {}

    Nodes(NodeRegistry registry) {
        this.registry = registry;
    }

    /** Takes what a node says. */
    void report(String name, NodeReport report) {
        registry.seen(name, report.version(), new String(ApiJson.write(report), StandardCharsets.UTF_8));
        seen = new Seen(Instant.MIN, List.of());
    }

    List<NodeView> list() {
        return nodes().stream().map(Node::view).toList();
    }

    /** Returns the names of nodes that show an image. */
    List<String> showing(Digest image) {
        String digest = image.toString();
        return present()
                .filter(node -> node.images().contains(digest))
                .map(node -> node.view().name())
                .toList();
    }

    /** Returns how many nodes there are. */
    int count() {
        return (int) present().count();
    }

    private java.util.stream.Stream<Node> present() {
        Instant oldest = Instant.now().minus(PRESENT);
        return nodes().stream().filter(node -> node.view().lastSeen().isAfter(oldest));
    }

    private List<Node> nodes() {
        Seen known = seen;
        if (known.at().isBefore(Instant.now().minus(BELIEVED))) {
            var nodes = new ArrayList<Node>();
            registry.list().forEach(record -> node(record).ifPresent(nodes::add));
            known = new Seen(Instant.now(), List.copyOf(nodes));
            seen = known;
        }
        return known.nodes();
    }

    private static Optional<Node> node(NodeRecord record) {
        try {
            NodeReport report = ApiJson.read(record.images().getBytes(StandardCharsets.UTF_8), NodeReport.class);
            var view = new NodeView(
                    record.name(),
                    record.version(),
                    record.lastSeen(),
                    report.images().size());
            return Optional.of(new Node(view, report.images()));
        } catch (IOException e) {
            LOG.warn("what node {} said is passed over: {}", record.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
