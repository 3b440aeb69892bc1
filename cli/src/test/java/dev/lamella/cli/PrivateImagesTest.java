package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.door.Door;
import dev.lamella.door.DoorMetrics;
import dev.lamella.door.OnMiss;
import dev.lamella.door.PullAnswer;
import dev.lamella.door.PullAnswer.Outcome;
import dev.lamella.door.PullPolicy;
import dev.lamella.door.PullRequest;
import dev.lamella.door.PullService;
import dev.lamella.node.NodeService;
import dev.lamella.oci.Credentials;
import dev.lamella.oci.Reference;
import dev.lamella.oci.ReferencePattern;
import dev.lamella.store.DirectoryStore;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images that are published already, and who may have them shown. Needs root, to mount what may be shown. */
@Tag("system")
@Timeout(120)
class PrivateImagesTest {

    private static final OciImage SECRET =
            OciImages.oci(new TarBytes().file("secret", "x").end());
    private static final OciImage OPEN =
            OciImages.oci(new TarBytes().file("open", "x").end());

    private final TestRegistry privately = TestRegistry.start().basic("u", "p");
    private final TestRegistry openly = TestRegistry.start();
    private final NodeService node;
    private final DirectoryStore store;
    private final Session session;

    PrivateImagesTest(@TempDir Path directory) throws IOException {
        Installation lamella = Installation.in(directory, privately, openly);
        String secret = privately.push("team/app", "1", SECRET);
        String open = openly.push("team/app", "1", OPEN);
        assertThat(lamella.run("publish", "--credentials", "u:p", secret).code())
                .isZero();
        assertThat(lamella.run("publish", open).code()).isZero();
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        session = new Session(
                new Session.Surroundings(
                        nowhere,
                        nowhere,
                        Map.of(Config.ENVIRONMENT, lamella.config().toString()),
                        false),
                new GlobalOptions());
        store = session.readStore();
        node = session.node(store);
    }

    @AfterEach
    void stop() throws IOException {
        node.unmountAll();
        privately.close();
        openly.close();
    }

    private Outcome ask(String reference, Optional<Credentials> credentials, ReferencePattern... privateImages)
            throws Exception {
        var policy = new PullPolicy(
                OnMiss.IGNORE, Duration.ofSeconds(60), List.of(), List.of(), List.of(privateImages), 1, 10);
        var settings = new PullService.Settings(policy, session.engineConfig(), session.platform(), Set.of());
        var parts = new PullService.Parts(
                node,
                store,
                (wanted, _, _, _) -> {
                    throw new IOException("nothing is published here: " + wanted);
                },
                new DoorMetrics());
        try (var service = new PullService(parts, settings)) {
            PullAnswer answer =
                    service.pull(new PullRequest(Reference.parse(reference), Optional.empty(), credentials, Door.HOOK));
            return answer.outcome();
        }
    }

    private Outcome ask(String reference) throws Exception {
        return ask(reference, Optional.empty());
    }

    private String at(TestRegistry registry, String rest) {
        return registry.address() + "/team/app" + rest;
    }

    @Test
    void nobodyHasAPrivateImageShownByItsDigest() throws Exception {
        String pinned = at(privately, "@" + SECRET.digest());
        assertThat(ask(pinned)).isEqualTo(Outcome.REFUSED);
        assertThat(ask(pinned, Optional.of(new Credentials.Password("u", "p")))).isEqualTo(Outcome.REFUSED);
        assertThat(ask(at(privately, ":1"), Optional.of(new Credentials.Password("u", "p"))))
                .isEqualTo(Outcome.REFUSED);
        assertThat(node.shownImages()).isEmpty();
        assertThat(ask(pinned, Optional.empty(), ReferencePattern.parse(at(privately, ""))))
                .isEqualTo(Outcome.SHOWN);
    }

    @Test
    void norUnderTheNameOfAnOpenRepository() throws Exception {
        String disguised = at(openly, "@" + SECRET.digest());
        assertThat(ask(at(openly, ":1"))).isEqualTo(Outcome.SHOWN);
        assertThat(ask(disguised)).isEqualTo(Outcome.REFUSED);
        assertThat(ask(disguised, Optional.of(new Credentials.Password("a", "b"))))
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    void norUnderTheNameOfARegistryThatDoesNotAnswer() throws Exception {
        String pinned = at(openly, "@" + OPEN.digest());
        assertThat(ask(pinned)).isEqualTo(Outcome.SHOWN);
        openly.close();
        assertThat(ask(pinned)).as("published from there").isEqualTo(Outcome.HIT);
        assertThat(ask(at(openly, "@" + SECRET.digest()))).isEqualTo(Outcome.FAILED);
    }
}
