package dev.lamella.page;

import dev.lamella.client.AuditEntry;
import dev.lamella.client.JobView;
import dev.lamella.client.Listing;
import dev.lamella.client.NodeView;
import dev.lamella.client.Problem;
import gg.jte.TemplateOutput;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Makes the generator's pages: HTML of what its API says. The same records make the same page; nothing is read, asked
 * or kept. Whatever comes from outside, as names of images and errors, is escaped for its place. Safe for any thread.
 *
 * <p>Pages refer to each other below {@code /ui/}, to {@link StaticFiles} below {@code /ui/static/}; a job's page
 * listens to {@code /v1/jobs/ID/events}. Their forms are sent by POST to the paths that {@code docs/page.md} lists.
 */
public final class Pages {

    /** The headers to send with every page. They forbid all but our own files: no inline script or style, no frames. */
    public static final Map<String, String> HEADERS = Map.of(
            "Content-Type",
            "text/html; charset=utf-8",
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private static final int CHARACTERS_FIRST = 16 << 10;

    private static final HtmlInterceptor NOTHING_INTERCEPTED = new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
    };

    private final StaticFiles files;
    private final PageLimits limits;

    /** Makes pages that refer to these files and show no more than these limits. */
    public Pages(StaticFiles files, PageLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /** {@code GET /ui/}: the store and the queue in numbers and plots, and the latest jobs. */
    public String overview(Visit visit, OverviewPage page) {
        List<Plot> plots = Plots.of(page.samples(), limits.plotPoints());
        return write((out, frame) -> JteoverviewGenerated.render(out, NOTHING_INTERCEPTED, frame, page, plots), visit);
    }

    /** {@code GET /ui/jobs}: jobs, by state and search. */
    public String jobs(Visit visit, JobsPage page) {
        return write((out, frame) -> JtejobsGenerated.render(out, NOTHING_INTERCEPTED, frame, page), visit);
    }

    /** {@code GET /ui/jobs/ID}: a job and its layers, live as long as it runs. */
    public String job(Visit visit, JobView job) {
        return write((out, frame) -> JtejobGenerated.render(out, NOTHING_INTERCEPTED, frame, job), visit);
    }

    /** {@code GET /ui/failures}: what failed and why. */
    public String failures(Visit visit, FailuresPage page) {
        return write((out, frame) -> JtefailuresGenerated.render(out, NOTHING_INTERCEPTED, frame, page), visit);
    }

    /** {@code GET /ui/images}: images, by search. */
    public String images(Visit visit, ImagesPage page) {
        return write((out, frame) -> JteimagesGenerated.render(out, NOTHING_INTERCEPTED, frame, page), visit);
    }

    /** {@code GET /ui/images/DIGEST}: an image, and a picture of its layers and who shares them. */
    public String image(Visit visit, ImagePage page) {
        var picture = LayerPicture.of(page, limits);
        return write(
                (out, frame) -> JteimageGenerated.render(out, NOTHING_INTERCEPTED, frame, page.image(), picture),
                visit);
    }

    /** {@code GET /ui/layers}: layers, and a picture of those whose sharing saves most. */
    public String layers(Visit visit, LayersPage page) {
        var map = Treemap.of(page.shared(), limits.tiles());
        return write((out, frame) -> JtelayersGenerated.render(out, NOTHING_INTERCEPTED, frame, page, map), visit);
    }

    /** {@code GET /ui/nodes}: nodes that were seen. */
    public String nodes(Visit visit, List<NodeView> nodes) {
        return write((out, frame) -> JtenodesGenerated.render(out, NOTHING_INTERCEPTED, frame, nodes), visit);
    }

    /** {@code GET /ui/audit}: who did what, the latest first. */
    public String audit(Visit visit, Listing<AuditEntry> entries) {
        return write((out, frame) -> JteauditGenerated.render(out, NOTHING_INTERCEPTED, frame, entries), visit);
    }

    /** {@code GET} and {@code POST /ui/submit}: the form that submits images, and what became of it. */
    public String submit(Visit visit, SubmitPage page) {
        return write((out, frame) -> JtesubmitGenerated.render(out, NOTHING_INTERCEPTED, frame, page), visit);
    }

    /** {@code GET} and {@code POST /ui/login}: the form that takes a token. */
    public String login(Visit visit, LoginPage page) {
        return write((out, frame) -> JteloginGenerated.render(out, NOTHING_INTERCEPTED, frame, page), visit);
    }

    /** Any path: why there is no such page, or not for this viewer. */
    public String problem(Visit visit, Problem problem) {
        return write((out, frame) -> JteproblemGenerated.render(out, NOTHING_INTERCEPTED, frame, problem), visit);
    }

    private String write(BiConsumer<HtmlTemplateOutput, Frame> template, Visit visit) {
        var text = new StringOutput(CHARACTERS_FIRST);
        template.accept(new SafeOutput(text, limits.textCharacters()), new Frame(visit, files, limits));
        return text.toString();
    }
}
