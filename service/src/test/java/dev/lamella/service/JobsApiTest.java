package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.GeneratorException;
import dev.lamella.client.JobFilter;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.LayerState;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import dev.lamella.client.Priority;
import dev.lamella.client.Scope;
import dev.lamella.client.Submission;
import dev.lamella.client.SubmissionAnswer;
import dev.lamella.oci.Reference;
import dev.lamella.policy.PublicationPolicy;
import dev.lamella.testkit.RegistryFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class JobsApiTest {

    @TempDir
    private Path directory;

    private RunningService service;
    private GeneratorClient client;

    @BeforeEach
    void start() throws IOException {
        service = RunningService.start(directory);
        client = service.client(Scope.SUBMIT, Scope.READ);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        service.close();
    }

    private String submit(String image) throws IOException {
        return client.submit(Submission.of(image), "key-" + image.hashCode() + System.nanoTime())
                .items()
                .getFirst()
                .job()
                .orElseThrow();
    }

    private JobView end(String job) throws IOException {
        return client.follow(job, _ -> {}, RunningService.WAIT);
    }

    private static int statusOf(ThrowingCall call) {
        try {
            call.run();
            return 200;
        } catch (GeneratorException e) {
            return e.status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private interface ThrowingCall {
        void run() throws IOException;
    }

    @Test
    void anImageIsPublishedWithItsProgressShownLive() throws IOException {
        String image = service.push("library/demo", "1.0", 3_000_000, 500_000);
        service.registry.inject("/blobs/", 100, new RegistryFault.Slow(100_000, 70));
        String job = submit(image);
        List<JobView> seen = new ArrayList<>();
        JobView end = client.follow(job, seen::add, RunningService.WAIT);
        assertThat(end.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(end.manifestDigest()).isPresent();
        assertThat(end.layers()).hasSize(2).allMatch(layer -> layer.state() == LayerState.DONE);
        assertThat(seen).extracting(JobView::state).contains(JobState.RUNNING);
        assertThat(seen)
                .as("bytes in between")
                .anyMatch(view -> view.receivedBytes() > 0 && view.receivedBytes() < view.sizeBytes());
        var published = client.image(end.manifestDigest().get());
        assertThat(published.references()).containsExactly(image);
        assertThat(published.layers()).hasSize(2);
        assertThat(client.images("demo", PageRequest.FIRST).items()).hasSize(1);
    }

    @Test
    void theSameKeyMeansTheSameJob() throws IOException {
        String image = service.push("library/demo", "1.0", 1000);
        String first = client.submit(Submission.of(image), "run-17")
                .items()
                .getFirst()
                .job()
                .orElseThrow();
        end(first);
        assertThat(client.submit(Submission.of(image), "run-17")
                        .items()
                        .getFirst()
                        .job())
                .contains(first);
        assertThat(client.submit(Submission.of(image), "run-18")
                        .items()
                        .getFirst()
                        .job())
                .isPresent()
                .isNotEqualTo(Optional.of(first));
        assertThatThrownBy(() -> client.submit(Submission.of(service.push("library/other", "1", 10)), "run-17"))
                .isInstanceOfSatisfying(
                        GeneratorException.class, e -> assertThat(e.status()).isEqualTo(409));
    }

    @Test
    void aPatternFindsTags() throws IOException {
        for (String tag : List.of("1.0", "1.1", "2.0", "latest")) {
            service.push("library/demo", tag, 100);
        }
        service.registry.tagsOfAPage(2);
        var wanted = new Submission(
                List.of(service.registry.address() + "/library/demo"),
                Optional.of("1.*"),
                Optional.empty(),
                Priority.LOW,
                true);
        SubmissionAnswer dry = client.submit(wanted, "dry");
        assertThat(dry.items())
                .extracting(item -> item.reference().replaceAll(".*:", ""))
                .containsExactly("1.0", "1.1");
        assertThat(dry.items()).allMatch(item -> item.job().isEmpty());
        assertThat(client.jobs(JobFilter.ALL, PageRequest.FIRST).items()).isEmpty();
        var real = new Submission(wanted.images(), wanted.tags(), wanted.platform(), wanted.priority(), false);
        for (SubmissionAnswer.Item item : client.submit(real, "real").items()) {
            assertThat(end(item.job().orElseThrow()).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void aMissingImageIsADeadLetterAtOnce() throws IOException {
        JobView end = end(submit(service.registry.address() + "/library/none:1"));
        assertThat(end.state()).isEqualTo(JobState.FAILED);
        assertThat(end.attempts()).isEqualTo(1);
        assertThat(end.error()).get().asString().contains("library/none");
        assertThat(client.jobs(JobFilter.ALL.in(JobState.FAILED), PageRequest.FIRST)
                        .items())
                .extracting(JobView::id)
                .containsExactly(end.id());
        String image = service.push("library/none", "1", 100);
        assertThat(client.retry(end.id()).state()).isIn(JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED);
        assertThat(end(end.id()).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(service.store.image(image)).isPresent();
        assertThat(statusOf(() -> client.retry(end.id()))).isEqualTo(409);
    }

    @Test
    void whatMayPassIsTriedAgain() throws IOException {
        String image = service.push("library/demo", "1.0", 1000);
        service.registry.inject("/manifests/", 2, RegistryFault.Status.of(503));
        JobView end = end(submit(image));
        assertThat(end.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(end.attempts()).isEqualTo(3);
    }

    @Test
    void aRunningJobIsCancelled() throws IOException {
        String image = service.push("library/demo", "1.0", 2_000_000);
        service.registry.inject("/blobs/", 100, new RegistryFault.Slow(10_000, 100));
        String job = submit(image);
        RunningService.await("it runs", () -> client.job(job).receivedBytes() > 0);
        client.cancel(job);
        assertThat(end(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(service.store.image(image)).isEmpty();
        assertThat(statusOf(() -> client.cancel(job))).isEqualTo(409);
    }

    @Test
    void jobsAreListedPageByPageAndFound() throws IOException {
        List<String> submitted = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            submitted.addFirst(submit(service.push("library/demo-" + i, "1", 100)));
        }
        List<String> listed = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Listing<JobView> part = client.jobs(JobFilter.ALL, new PageRequest(3, cursor));
            part.items().forEach(view -> listed.add(view.id()));
            cursor = part.next();
        } while (cursor.isPresent());
        assertThat(listed).isEqualTo(submitted);
        var found = new JobFilter(Optional.empty(), Optional.of("demo-3"), Optional.empty(), Optional.of("api"));
        assertThat(client.jobs(found, PageRequest.FIRST).items()).hasSize(1);
        var repository = new JobFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.of(service.registry.address() + "/library/demo-4"),
                Optional.empty());
        assertThat(client.jobs(repository, PageRequest.FIRST).items()).hasSize(1);
    }

    @Test
    void layersOfTwoImagesAreDownloadedOnce() throws IOException {
        byte[] shared = new dev.lamella.testkit.TarBytes()
                .file("shared", new byte[200_000])
                .end();
        var images = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            byte[] own =
                    new dev.lamella.testkit.TarBytes().file("own", "own " + i).end();
            images.add(service.registry.push("library/demo", "t" + i, dev.lamella.testkit.OciImages.oci(shared, own)));
        }
        SubmissionAnswer answer = client.submit(
                new Submission(images, Optional.empty(), Optional.empty(), Priority.NORMAL, false), "shared");
        for (SubmissionAnswer.Item item : answer.items()) {
            assertThat(end(item.job().orElseThrow()).state()).isEqualTo(JobState.SUCCEEDED);
        }
        Map<String, Long> downloads = service.registry.accesses().stream()
                .filter(access -> access.isBlobGet() && access.status() == 200)
                .collect(java.util.stream.Collectors.groupingBy(
                        access -> access.target(), java.util.stream.Collectors.counting()));
        // Configs are read once for each job; of layers there are 7, and each is read once.
        assertThat(client.statistics().layers()).isEqualTo(7);
        assertThat(downloads.values()).containsOnly(1L);
    }

    @Test
    void jobsOutliveARestart() throws IOException {
        service.registry.inject("/manifests/", 1, RegistryFault.Status.of(503));
        String image = service.push("library/demo", "1.0", 1000);
        String secret = service.token("lasting", Scope.READ);
        String job = submit(image);
        service.restart();
        assertThat(service.get("/v1/jobs/" + job, Optional.of(secret)).statusCode())
                .isEqualTo(200);
        RunningService.await(
                "the image is published", () -> service.store.image(image).isPresent());
    }

    @Test
    void thePolicyRefusesBeforeAndAfterTheManifestIsKnown(@TempDir Path other) throws IOException {
        String image = service.push("library/demo", "1.0", 50_000);
        var limits = new dev.lamella.policy.ImageLimits(10_000, 10_000, 10);
        var rules = new PublicationPolicy(List.of(), List.of(), limits);
        try (RunningService strict =
                RunningService.start(other, config -> config.withPolicy(PolicyConfig.OPEN.withPublication(rules)))) {
            String big = strict.push("library/demo", "1.0", 50_000);
            try (GeneratorClient both = strict.client(Scope.SUBMIT, Scope.READ)) {
                String job = both.submit(Submission.of(big), "big")
                        .items()
                        .getFirst()
                        .job()
                        .orElseThrow();
                JobView end = both.follow(job, _ -> {}, RunningService.WAIT);
                assertThat(end.state()).isEqualTo(JobState.FAILED);
                assertThat(end.error()).get().asString().contains("policy.layer-bytes-max");
                assertThat(strict.registry.accesses())
                        .filteredOn(access -> access.isBlobGet())
                        .as("only the config was read")
                        .hasSize(1);
            }
        }
        assertThat(Reference.parse(image).registry()).isEqualTo(service.registry.address());
    }
}
