package dev.lamella.service;

import dev.lamella.client.ImageView;
import dev.lamella.client.JobState;
import dev.lamella.client.LayerView;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import dev.lamella.client.Priority;
import dev.lamella.client.Scope;
import dev.lamella.client.Submission;
import dev.lamella.client.SubmissionAnswer;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.page.FailuresPage;
import dev.lamella.page.ImagePage;
import dev.lamella.page.ImagesPage;
import dev.lamella.page.JobsPage;
import dev.lamella.page.LayersPage;
import dev.lamella.page.LoginPage;
import dev.lamella.page.Notice;
import dev.lamella.page.OverviewPage;
import dev.lamella.page.PageLimits;
import dev.lamella.page.Pages;
import dev.lamella.page.StaticFile;
import dev.lamella.page.StaticFiles;
import dev.lamella.page.SubmitPage;
import dev.lamella.page.Visit;
import dev.lamella.service.PageSessions.Visitor;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The page: what the API says, as HTML, and its forms as what they ask of the API. Thread-safe. */
final class PageRoutes {

    private static final int ROWS = 100;
    private static final int LATEST = 10;
    private static final int HOURS = 24;

    private final Pages pages;
    private final StaticFiles files = StaticFiles.load();
    private final PageSessions sessions;
    private final JobsApi jobs;
    private final ImagesApi images;
    private final Parts parts;

    /** What the page shows besides jobs and images. */
    record Parts(Catalogue catalogue, Statistics statistics, Nodes nodes, Audit audit) {}

    PageRoutes(PageSessions sessions, JobsApi jobs, ImagesApi images, Parts parts) {
        this.pages = new Pages(files, PageLimits.DEFAULT);
        this.sessions = sessions;
        this.jobs = jobs;
        this.images = images;
        this.parts = parts;
    }

    /** Makes a page for somebody. */
    @FunctionalInterface
    private interface Maker {
        String make(Call call, Visit visit) throws ProblemException, IOException;
    }

    /** Does what a form asks for, and returns where to go on. */
    @FunctionalInterface
    private interface Form {
        String send(Call call) throws ProblemException, IOException;
    }

    List<Route> routes() {
        return List.of(
                open("GET", "/", _ -> new Answer.SeeOther("/ui/")),
                open("GET", "/ui/static/{name}", this::file),
                open("GET", "/ui/login", call -> login(PageSessions.next(call.query("next")), Optional.empty())),
                open("POST", "/ui/login", this::signIn),
                form(Scope.READ, "/ui/logout", call -> {
                    sessions.signOut(call.context());
                    return "/ui/login";
                }),
                page(Scope.READ, "/ui/", this::overview),
                page(Scope.READ, "/ui/jobs", this::jobs),
                page(Scope.READ, "/ui/jobs/{id}", (call, visit) -> pages.job(visit, jobs.find(call.path("id")))),
                form(Scope.SUBMIT, "/ui/jobs/{id}/cancel", call -> {
                    jobs.cancel(call.path("id"), call.who());
                    return "/ui/jobs/" + call.path("id") + "?done=cancelled";
                }),
                form(Scope.SUBMIT, "/ui/jobs/{id}/retry", call -> {
                    jobs.retry(call.path("id"), call.who());
                    return "/ui/jobs/" + call.path("id") + "?done=retried";
                }),
                page(Scope.READ, "/ui/failures", this::failures),
                page(Scope.READ, "/ui/images", this::images),
                page(Scope.READ, "/ui/images/{digest}", this::image),
                form(Scope.ADMIN, "/ui/images/{digest}/delete", this::delete),
                page(Scope.READ, "/ui/layers", this::layers),
                page(
                        Scope.READ,
                        "/ui/nodes",
                        (_, visit) -> pages.nodes(visit, parts.nodes().list())),
                page(
                        Scope.ADMIN,
                        "/ui/audit",
                        (call, visit) -> pages.audit(visit, parts.audit().list(part(call)))),
                page(Scope.SUBMIT, "/ui/submit", (_, visit) -> pages.submit(visit, SubmitPage.empty())),
                new Route("POST", "/ui/submit", new Access.Page(Scope.SUBMIT), this::submit, Optional.empty()));
    }

    private static Route open(String method, String path, Route.Handler handler) {
        return new Route(method, path, Access.OPEN, handler, Optional.empty());
    }

    private Route page(Scope scope, String path, Maker maker) {
        return new Route(
                "GET",
                path,
                new Access.Page(scope),
                call -> visit(call, scope, visitor -> html(200, maker.make(call, visitor.visit(notice(call))))),
                Optional.empty());
    }

    private Route form(Scope scope, String path, Form form) {
        return new Route(
                "POST",
                path,
                new Access.Page(scope),
                call -> sent(call, scope, who -> new Answer.SeeOther(form.send(who))),
                Optional.empty());
    }

    /** Answers somebody who has a session. */
    @FunctionalInterface
    private interface Answering<T> {
        Answer answer(T whom) throws ProblemException, IOException;
    }

    private Answer visit(Call call, Scope scope, Answering<Visitor> answering) throws ProblemException, IOException {
        Optional<Visitor> visitor = sessions.find(call.context());
        if (visitor.isEmpty()) {
            return toLogin(call);
        }
        try {
            require(visitor.get(), scope);
            return answering.answer(visitor.get());
        } catch (ProblemException e) {
            return problem(call, visitor.get().visit(Optional.empty()), e);
        }
    }

    private Answer sent(Call call, Scope scope, Answering<Call> answering) throws ProblemException, IOException {
        Optional<Visitor> visitor = sessions.find(call.context());
        if (visitor.isEmpty()) {
            return toLogin(call);
        }
        try {
            Visitor sender = sessions.findSender(call.context()).orElse(visitor.get());
            require(sender, scope);
            return answering.answer(call.of(sender.who()));
        } catch (ProblemException e) {
            return problem(call, visitor.get().visit(Optional.empty()), e);
        }
    }

    private static void require(Visitor visitor, Scope scope) throws ProblemException {
        if (!visitor.who().may(scope)) {
            throw new ProblemException(
                    ProblemKind.FORBIDDEN,
                    "%s lacks the scope %s".formatted(visitor.who().name(), scope));
        }
    }

    private static Answer toLogin(Call call) {
        String path = call.context().path();
        return new Answer.SeeOther("/ui/login?next=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
    }

    private Answer problem(Call call, Visit visit, ProblemException e) {
        return html(
                e.kind().status(),
                pages.problem(
                        visit,
                        e.kind().with(e.detail(), Optional.of(call.context().path()))));
    }

    private static Answer html(int status, String text) {
        return new Answer.Text(status, Pages.HEADERS, text);
    }

    private static Optional<Notice> notice(Call call) {
        return call.query("done").flatMap(word -> switch (word) {
            case "cancelled" -> Optional.of(Notice.done("The job ends; one that runs may need a second for it."));
            case "retried" -> Optional.of(Notice.done("The job is tried again."));
            case "deleted" -> Optional.of(Notice.done("It is deleted."));
            default -> Optional.empty();
        });
    }

    private Answer file(Call call) throws ProblemException {
        StaticFile file =
                files.find(call.path("name")).orElseThrow(() -> ProblemException.notFound("there is no such file"));
        return new Answer.File(
                Map.of("Content-Type", file.contentType(), "Cache-Control", StaticFiles.CACHE_CONTROL),
                ByteString.of(file.content()));
    }

    private Answer login(String next, Optional<String> problem) {
        var visit = new Visit(Optional.empty(), "", Instant.now(), Optional.empty());
        return html(problem.isPresent() ? 401 : 200, pages.login(visit, new LoginPage(next, problem)));
    }

    private Answer signIn(Call call) throws ProblemException {
        String next = PageSessions.next(Optional.ofNullable(call.context().formParam("next")));
        String secret = Optional.ofNullable(call.context().formParam("token"))
                .orElse("")
                .strip();
        Optional<String> problem = sessions.signIn(call.context(), secret);
        return problem.isPresent() ? login(next, problem) : new Answer.SeeOther(next);
    }

    private String overview(Call call, Visit visit) throws ProblemException {
        Listing<dev.lamella.client.JobView> latest = jobs.list(dev.lamella.jobs.JobFilter.ALL, PageRequest.of(LATEST));
        return pages.overview(
                visit,
                new OverviewPage(parts.statistics().now(), parts.statistics().samples(HOURS), latest.items()));
    }

    private static PageRequest part(Call call) {
        return new PageRequest(ROWS, call.query("after"));
    }

    /** Reads a word of an enumeration, which pages and their addresses write in small letters. */
    private static <E extends Enum<E>> E word(String field, String text, Class<E> type) throws ProblemException {
        return JsonBody.word(field, text.toUpperCase(Locale.ROOT), type);
    }

    private static String search(Call call) {
        String text = call.query("search").orElse("").strip();
        return text.length() > 500 || text.chars().anyMatch(Character::isISOControl) ? "" : text;
    }

    private static Optional<String> wanted(String search) {
        return Optional.of(search).filter(text -> !text.isEmpty());
    }

    private String jobs(Call call, Visit visit) throws ProblemException {
        Optional<String> word = call.query("state");
        Optional<JobState> state =
                word.isPresent() ? Optional.of(word("state", word.get(), JobState.class)) : Optional.empty();
        String search = search(call);
        var filter = JobsApi.filter(state.map(Set::of).orElse(Set.of()), wanted(search));
        return pages.jobs(
                visit, new JobsPage(state, search, parts.statistics().now().jobs(), jobs.list(filter, part(call))));
    }

    private String failures(Call call, Visit visit) throws ProblemException {
        String search = search(call);
        var filter = JobsApi.filter(Set.of(JobState.FAILED, JobState.RETRYING), wanted(search));
        return pages.failures(visit, new FailuresPage(search, jobs.list(filter, part(call))));
    }

    private String images(Call call, Visit visit) throws ProblemException {
        String search = search(call);
        Optional<String> layer = call.query("layer");
        CatalogueView store = parts.catalogue().require();
        Listing<ImageView> found = layer.isPresent()
                ? store.imagesWith(ImagesApi.digest(layer.get()), part(call))
                : store.images(search, part(call));
        return pages.images(visit, new ImagesPage(search, layer, found));
    }

    private String image(Call call, Visit visit) throws ProblemException {
        ImageView image = images.image(call.path("digest"));
        CatalogueView store = parts.catalogue().require();
        var sharers = new HashMap<String, List<ImagePage.Sharer>>();
        for (LayerView layer : image.layers()) {
            if (layer.images() > 1) {
                sharers.put(layer.diffId(), sharers(store, image, ImagesApi.digest(layer.diffId())));
            }
        }
        return pages.image(visit, new ImagePage(image, sharers));
    }

    private static List<ImagePage.Sharer> sharers(CatalogueView store, ImageView image, Digest layer)
            throws ProblemException {
        return store.imagesWith(layer, PageRequest.of(PageLimits.DEFAULT.sharers() + 1)).items().stream()
                .filter(other -> !other.digest().equals(image.digest()))
                .map(other -> new ImagePage.Sharer(
                        other.digest(),
                        other.references().isEmpty()
                                ? other.digest()
                                : other.references().getFirst()))
                .toList();
    }

    private String layers(Call call, Visit visit) throws ProblemException {
        CatalogueView store = parts.catalogue().require();
        return pages.layers(
                visit,
                new LayersPage(store.mostShared(PageLimits.DEFAULT.tiles()), store.layers(search(call), part(call))));
    }

    private String delete(Call call) throws ProblemException, IOException {
        Optional<String> reference = field(call, "reference");
        if (reference.isPresent()) {
            images.deleteReference(reference.get(), call.who());
        } else {
            images.deleteImage(call.path("digest"), call.who());
        }
        return "/ui/images?done=deleted";
    }

    private Answer submit(Call call) throws ProblemException, IOException {
        return sent(call, Scope.SUBMIT, sender -> {
            Visit visit = sessions.find(call.context()).orElseThrow().visit(Optional.empty());
            var form = new SubmitPage.Form(
                    field(call, "images").orElse(""),
                    field(call, "tags").orElse(""),
                    field(call, "platform").orElse(""),
                    word("priority", field(call, "priority").orElse("normal"), Priority.class),
                    field(call, "dryRun").isPresent());
            try {
                SubmissionAnswer answer = jobs.submit(submission(form), Sources.PAGE, sender.who(), Optional.empty());
                return html(200, pages.submit(visit, new SubmitPage(form, Optional.of(answer))));
            } catch (ProblemException e) {
                Visit told = new Visit(
                        visit.viewer(), visit.csrfToken(), visit.now(), Optional.of(Notice.problem(e.detail())));
                return html(e.kind().status(), pages.submit(told, new SubmitPage(form, Optional.empty())));
            }
        });
    }

    private static Submission submission(SubmitPage.Form form) throws ProblemException {
        List<String> names = Arrays.stream(form.images().split("[\\s,]+", -1))
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.isEmpty() || names.size() > 1000) {
            throw ProblemException.badRequest("%d images, expected 1 to 1000".formatted(names.size()));
        }
        return new Submission(
                names, wanted(form.tags().strip()), wanted(form.platform().strip()), form.priority(), form.dryRun());
    }

    private static Optional<String> field(Call call, String name) {
        return Optional.ofNullable(call.context().formParam(name)).filter(value -> !value.isBlank());
    }
}
