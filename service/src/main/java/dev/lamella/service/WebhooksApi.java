package dev.lamella.service;

import dev.lamella.filetree.Digest;
import dev.lamella.jobs.IdempotencyConflictException;
import dev.lamella.jobs.JobAction;
import dev.lamella.jobs.JobDatabase;
import dev.lamella.jobs.JobOrigin;
import dev.lamella.jobs.JobPriority;
import dev.lamella.jobs.JobQueue;
import dev.lamella.jobs.JobRequest;
import dev.lamella.jobs.Joining;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import dev.lamella.service.Route.Description;
import dev.lamella.webhook.EventTarget;
import dev.lamella.webhook.RegistryEvent;
import dev.lamella.webhook.ReplayGuard;
import dev.lamella.webhook.Webhook;
import dev.lamella.webhook.WebhookConfig;
import dev.lamella.webhook.WebhookRequest;
import dev.lamella.webhook.WebhookVerdict;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What registries say. A request is answered when its events are durably queued, which takes some milliseconds; that an event is acted upon
 * once is seen to by the queue, whose key for it is made of the event. Thread-safe.
 */
final class WebhooksApi {

    private static final Logger LOG = LoggerFactory.getLogger(WebhooksApi.class);
    private static final int KEY_DIGITS = 32;

    private final Map<String, Webhook> hooks;
    private final TokenBuckets rates;
    private final BoundedWork queueing;
    private final Guard guard;
    private final JobDatabase database;
    private final JobQueue queue;
    private final Submissions submissions;
    private final Catalogue catalogue;
    private final Collection collection;
    private final Audit audit;
    private final ServiceMetrics metrics;

    /** What webhooks need of the rest. */
    record Parts(
            Guard guard,
            JobDatabase database,
            JobQueue queue,
            Submissions submissions,
            Catalogue catalogue,
            Collection collection,
            Audit audit,
            ServiceMetrics metrics) {}

    WebhooksApi(List<WebhookConfig> configs, ServiceLimits.Rates rates, Parts parts) {
        // The queue's own key settles what was seen before, also between generators.
        this.hooks = configs.stream()
                .map(config -> new Webhook(config, ReplayGuard.NONE))
                .collect(Collectors.toUnmodifiableMap(hook -> hook.config().name(), Function.identity()));
        this.rates = new TokenBuckets(rates.webhook(), Math.max(1, configs.size()));
        this.queueing = new BoundedWork("webhook", rates.webhooks());
        this.guard = parts.guard();
        this.database = parts.database();
        this.queue = parts.queue();
        this.submissions = parts.submissions();
        this.catalogue = parts.catalogue();
        this.collection = parts.collection();
        this.audit = parts.audit();
        this.metrics = parts.metrics();
    }

    List<Route> routes() {
        Description description = Description.of(
                "A registry says that images were pushed or deleted, in the form and with the proof of its product.");
        var routes = new ArrayList<Route>();
        // Some products first ask whether they are expected, by OPTIONS or GET.
        for (String method : List.of("POST", "GET", "OPTIONS")) {
            for (String path : List.of("/v1/webhooks/{name}", "/v1/webhooks/{name}/{secret}")) {
                boolean described = method.equals("POST");
                routes.add(new Route(
                        method,
                        path,
                        new Access.ByItself(),
                        this::receive,
                        described ? Optional.of(description) : Optional.empty()));
            }
        }
        return routes;
    }

    private Answer receive(Call call) throws ProblemException, IOException {
        Webhook hook = Optional.ofNullable(hooks.get(call.path("name")))
                .orElseThrow(() -> ProblemException.notFound("there is no such webhook"));
        String name = hook.config().name();
        guard.admit(call.context());
        Optional<Duration> wait = rates.take(name);
        if (wait.isPresent()) {
            metrics.webhook(name, "flood");
            throw Guard.tooMany(wait.get());
        }
        byte[] body = call.context()
                .req()
                .getInputStream()
                .readNBytes(hook.config().limits().bodyBytes() + 1);
        WebhookVerdict verdict = hook.receive(request(call.context()), body, Instant.now());
        metrics.webhook(name, verdict.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        return switch (verdict) {
            case WebhookVerdict.Accepted accepted -> {
                actInTurn(name, accepted.events());
                yield text(202, "accepted");
            }
            case WebhookVerdict.Ignored ignored -> {
                LOG.debug("webhook {}: passed over: {}", name, ignored.reason());
                yield text(200, "nothing to do: " + ignored.reason());
            }
            case WebhookVerdict.Replayed replayed -> text(200, "seen before: " + replayed.reason());
            case WebhookVerdict.Challenge challenge -> new Answer.Text(200, challenge.headers(), challenge.body());
            case WebhookVerdict.Unauthorized unauthorized -> {
                LOG.warn(
                        "webhook {}: refused, from {}: {}", name, Guard.address(call.context()), unauthorized.reason());
                // A stranger must not use up what the registry may send.
                rates.giveBack(name);
                throw guard.unauthenticated(call.context(), "the sender did not prove who it is");
            }
            case WebhookVerdict.Malformed malformed -> {
                LOG.warn("webhook {}: malformed: {}: {}", name, malformed.where(), malformed.reason());
                throw ProblemException.badRequest("%s: %s".formatted(malformed.where(), malformed.reason()));
            }
            case WebhookVerdict.TooLarge large -> throw new ProblemException(ProblemKind.TOO_LARGE, large.reason());
        };
    }

    private static WebhookRequest request(Context context) {
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (String header : Collections.list(context.req().getHeaderNames())) {
            headers.put(header, Collections.list(context.req().getHeaders(header)));
        }
        String secret = context.pathParamMap().getOrDefault("secret", "");
        return new WebhookRequest(context.req().getMethod(), secret.isEmpty() ? "" : "/" + secret, headers);
    }

    private static Answer text(int status, String text) {
        return new Answer.Text(status, Map.of("Content-Type", "text/plain; charset=utf-8"), text + "\n");
    }

    private void actInTurn(String hook, List<RegistryEvent> events) throws ProblemException {
        if (!queueing.run(() -> database.together(() -> act(hook, events)))) {
            metrics.webhook(hook, "busy");
            throw new ProblemException(
                    ProblemKind.UNAVAILABLE,
                    "too many notifications are being queued; come back in %d s".formatted(Front.BUSY.toSeconds()),
                    Front.BUSY);
        }
    }

    private void act(String hook, List<RegistryEvent> events) {
        String source = Sources.webhook(hook);
        var requests = new ArrayList<JobRequest>();
        for (RegistryEvent event : events) {
            switch (event) {
                case RegistryEvent.Pushed pushed -> publish(source, pushed).ifPresent(requests::add);
                case RegistryEvent.Deleted deleted -> requests.addAll(deletions(source, deleted));
            }
        }
        if (requests.isEmpty()) {
            return;
        }
        try {
            queue.submit(requests, Joining.QUEUED);
        } catch (IdempotencyConflictException e) {
            // The same event told in another way: what it was acted upon for stands.
            LOG.warn("{}: {}", source, e.getMessage());
        }
        for (JobRequest request : requests) {
            audit.accepted(source, request.action() == JobAction.PUBLISH ? "submit" : "delete", request.reference());
        }
    }

    private Optional<JobRequest> publish(String source, RegistryEvent.Pushed pushed) {
        Reference reference = pushed.reference();
        Optional<String> refusal = submissions.refusal(reference, source);
        if (refusal.isPresent()) {
            audit.note(source, "submit", reference.toString(), refusal.get());
            return Optional.empty();
        }
        return Optional.of(request(JobAction.PUBLISH, source, reference, pushed));
    }

    /** Returns what is to be deleted because the registry has: of the references in the store those that the rules want dropped. */
    private List<JobRequest> deletions(String source, RegistryEvent.Deleted deleted) {
        var requests = new ArrayList<JobRequest>();
        for (CatalogueView.Pointer pointer :
                catalogue.view().map(CatalogueView::pointers).orElse(List.of())) {
            if (!isMeant(deleted.target(), pointer)) {
                continue;
            }
            try {
                Reference reference = Reference.parse(pointer.reference());
                if (collection.dropsDeleted(reference, pointer.manifest())) {
                    requests.add(request(JobAction.DELETE, source, reference, deleted));
                }
            } catch (OciException e) {
                LOG.warn("a reference that is none stays: {}", e.getMessage());
            }
        }
        return requests;
    }

    private static boolean isMeant(EventTarget target, CatalogueView.Pointer pointer) {
        String name = target.registry() + "/" + target.repository();
        if (!pointer.reference().startsWith(name)) {
            return false;
        }
        String rest = pointer.reference().substring(name.length());
        boolean byTag =
                target.tag().isPresent() && rest.equals(":" + target.tag().get());
        boolean byDigest = target.digest().isPresent()
                && (rest.equals("@" + target.digest().get())
                        || pointer.manifest().equals(target.digest().get()));
        boolean whole = target.tag().isEmpty() && target.digest().isEmpty();
        return (rest.startsWith(":") || rest.startsWith("@")) && (target.tag().isPresent() ? byTag : byDigest || whole);
    }

    private static JobRequest request(JobAction action, String source, Reference reference, RegistryEvent event) {
        // Of one event, several references may be deleted; and its ID may be longer than the queue's keys.
        String key = Digest.sha256Of((event.id() + "\n" + reference).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, KEY_DIGITS);
        return Submissions.request(
                action,
                reference,
                Optional.empty(),
                JobPriority.NORMAL,
                new JobOrigin(source, source, Optional.of(key)));
    }
}
