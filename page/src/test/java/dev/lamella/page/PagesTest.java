package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.AuditEntry;
import dev.lamella.client.ImageView;
import dev.lamella.client.JobAction;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.LayerProgress;
import dev.lamella.client.LayerState;
import dev.lamella.client.LayerView;
import dev.lamella.client.Listing;
import dev.lamella.client.NodeView;
import dev.lamella.client.Priority;
import dev.lamella.client.Problem;
import dev.lamella.client.StatisticsView;
import dev.lamella.client.SubmissionAnswer;
import dev.lamella.page.ImagePage.Sharer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page, empty, typical, huge and with hostile names, read by a real parser. */
class PagesTest {

    private static final Pages PAGES = new Pages(StaticFiles.load(), PageLimits.DEFAULT);
    private static final int HUGE = 20_000;
    private static final int CHARACTERS_MAX = 1 << 20;

    private static final List<String> HOSTILE = List.of(
            "\"><script>alert(1)</script>",
            "' onmouseover='alert(1)",
            "\" onfocus=\"alert(1)\" autofocus=\"",
            "javascript:alert(1)",
            " \tJaVaScRiPt:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "//evil.example/",
            "</textarea></title></pre></svg></table><img src=x onerror=alert(1)>",
            "<!-- <svg/onload=alert(1)>",
            "]]><![CDATA[<b>",
            "&lt;b&gt; &amp; &#x3c;",
            "../../v1/jobs?x=<y>#z",
            "${7*7} @if(true) $unsafe{x} {{7*7}}",
            "evil\u202Egnp.exe\u0000\u001B[2J\uD800",
            "`'\"\\/<>&=;%0a\r\n");

    static Stream<String> hostile() {
        return HOSTILE.stream();
    }

    @Test
    void emptyPagesAreWellFormed() {
        empty().forEach((name, html) ->
                assertThat(parsed(name, html).select("h1")).as(name).hasSize(1));
    }

    @Test
    void typicalPagesAreWellFormedAndAccessible() {
        typical().forEach((name, html) -> {
            Document page = parsed(name, html);
            assertThat(page.select("h1")).as(name).hasSize(1);
            assertThat(page.select("html[lang], main, header, footer")).as(name).hasSizeGreaterThanOrEqualTo(4);
            assertThat(page.body().child(0).attr("href")).as(name).isEqualTo("#content");
            assertThat(page.select("table:not(:has(thead th[scope=col]))"))
                    .as(name + ": a table without heads")
                    .isEmpty();
            assertThat(page.select("nav:not([aria-label])")).as(name).isEmpty();
            page.select("input:not([type=hidden]), select, textarea")
                    .forEach(field -> assertThat(labels(page, field))
                            .as(name + ": " + field + " has no label")
                            .isNotZero());
            page.select("svg[role=img]")
                    .forEach(svg -> assertThat(svg.select("title, desc")).hasSizeGreaterThan(1));
        });
    }

    @Test
    void nothingNeedsMoreThanThePolicyAllows() {
        typical().forEach((name, html) -> {
            Document page = parsed(name, html);
            assertThat(page.select("style, [style], iframe, object, script:not([src])"))
                    .as(name)
                    .isEmpty();
            for (Element element : page.getAllElements()) {
                element.attributes().forEach(attribute -> {
                    assertThat(attribute.getKey())
                            .as(name + ": " + element.tagName())
                            .doesNotStartWith("on");
                    if (List.of("href", "src", "action", "data-events").contains(attribute.getKey())) {
                        assertThat(attribute.getValue()).as(name).matches("#\\w+|/(ui|v1)/?.*");
                    }
                });
            }
        });
    }

    @Test
    void everyFormThatChangesSomethingCarriesTheToken() {
        typical()
                .forEach((name, html) -> parsed(name, html)
                        .select("form[method=post]")
                        .forEach(form -> assertThat(
                                        form.select("input[name=csrf]").attr("value"))
                                .as(name)
                                .isEqualTo("csrf-0123")));
    }

    @Test
    void hugePagesStaySmall() {
        huge().forEach((name, html) -> {
            assertThat(html.length()).as(name).isLessThan(CHARACTERS_MAX);
            parsed(name, html);
        });
    }

    /** Whatever a name is, it changes neither which elements a page has nor which attributes. */
    @ParameterizedTest
    @MethodSource("hostile")
    void hostileNamesStayText(String text) {
        Map<String, String> harmless = full("harmless");
        full(text).forEach((name, html) -> {
            Document page = parsed(name, html);
            assertThat(shape(page)).as(name).isEqualTo(shape(parsed(name, harmless.getOrDefault(name, ""))));
            assertThat(page.select("[href], [src], [action]")).as(name).allSatisfy(element -> {
                for (String attribute : List.of("href", "src", "action")) {
                    if (element.hasAttr(attribute)) {
                        assertThat(element.attr(attribute)).matches("#\\w+|/(ui|v1)/?.*");
                    }
                }
            });
            String shown = SafeOutput.shown(text, 4_000).strip().replaceAll("\\s+", " ");
            assertThat(page.text().replaceAll("\\s+", " ")
                            + page.select("[value], textarea").eachAttr("value"))
                    .as(name)
                    .contains(shown);
        });
    }

    @Test
    void whoMayNotIsNotOffered() {
        var reader = new Visit(Optional.of(new Viewer("reader", false, false)), "t", Made.NOW, Optional.empty());
        assertThat(PAGES.job(reader, Made.job(5, JobState.FAILED))).doesNotContain("Try again");
        assertThat(PAGES.job(Made.VISIT, Made.job(5, JobState.FAILED))).contains("Try again");
        assertThat(PAGES.job(reader, Made.runningJob(5))).doesNotContain("Cancel");
        assertThat(PAGES.job(Made.VISIT, Made.runningJob(5))).contains("Cancel");
        assertThat(PAGES.image(reader, Made.imagePage(3))).doesNotContain("Delete");
        assertThat(PAGES.image(Made.VISIT, Made.imagePage(3))).contains("Delete");
        assertThat(PAGES.nodes(reader, List.of())).doesNotContain("/ui/submit", "/ui/audit");
    }

    @Test
    void aJobThatEndedIsNotFollowed() {
        assertThat(PAGES.job(Made.VISIT, Made.runningJob(5))).contains("data-events=\"/v1/jobs/", "http-equiv");
        assertThat(PAGES.job(Made.VISIT, Made.job(5, JobState.FAILED))).doesNotContain("data-events", "http-equiv");
    }

    @Test
    void theSameRecordsMakeTheSamePage() {
        assertThat(typical()).isEqualTo(typical());
    }

    private static Document parsed(String name, String html) {
        var parser = Parser.htmlParser().setTrackErrors(20);
        Document page = parser.parseInput(html, "http://localhost/ui/");
        assertThat(parser.getErrors()).as(name).isEmpty();
        return page;
    }

    private static int labels(Document page, Element field) {
        return page.select("label[for=" + field.id() + "]").size() + (field.closest("label") == null ? 0 : 1);
    }

    private static List<String> shape(Document page) {
        List<String> shape = new ArrayList<>();
        for (Element element : page.getAllElements()) {
            List<String> attributes = new ArrayList<>();
            element.attributes().forEach(attribute -> attributes.add(attribute.getKey()));
            Collections.sort(attributes);
            shape.add(element.tagName() + attributes);
        }
        return shape;
    }

    private static Map<String, String> empty() {
        Listing<JobView> noJobs = new Listing<>(List.of(), Optional.empty());
        var image = new ImageView(
                Made.digest(1), List.of(), "linux/amd64", Optional.empty(), Made.NOW, 0, 0, 0, 0, List.of(), List.of());
        Map<String, String> pages = new TreeMap<>();
        pages.put(
                "overview",
                PAGES.overview(
                        Made.VISIT,
                        new OverviewPage(new StatisticsView(0, 0, 0, 0, Map.of(), 0, 0), List.of(), List.of())));
        pages.put("jobs", PAGES.jobs(Made.VISIT, new JobsPage(Optional.empty(), "", Map.of(), noJobs)));
        pages.put("job", PAGES.job(Made.VISIT, Made.job(2, JobState.QUEUED)));
        pages.put("failures", PAGES.failures(Made.VISIT, new FailuresPage("", noJobs)));
        pages.put(
                "images",
                PAGES.images(
                        Made.VISIT, new ImagesPage("", Optional.empty(), new Listing<>(List.of(), Optional.empty()))));
        pages.put("image", PAGES.image(Made.VISIT, new ImagePage(image, Map.of())));
        pages.put(
                "layers",
                PAGES.layers(Made.VISIT, new LayersPage(List.of(), new Listing<>(List.of(), Optional.empty()))));
        pages.put("nodes", PAGES.nodes(Made.VISIT, List.of()));
        pages.put("audit", PAGES.audit(Made.VISIT, new Listing<>(List.of(), Optional.empty())));
        pages.put("submit", PAGES.submit(Made.VISIT, SubmitPage.empty()));
        var nobody = new Visit(Optional.empty(), "csrf-0123", Made.NOW, Optional.empty());
        pages.put("login", PAGES.login(nobody, new LoginPage("/ui/", Optional.empty())));
        return pages;
    }

    private static Map<String, String> typical() {
        return filled(12);
    }

    private static Map<String, String> huge() {
        return filled(HUGE);
    }

    private static Map<String, String> filled(int size) {
        int layers = Math.min(size, 2_000);
        Map<String, String> pages = new TreeMap<>();
        pages.put(
                "overview",
                PAGES.overview(Made.VISIT, new OverviewPage(Made.statistics(), Made.samples(), Made.jobs(size))));
        pages.put(
                "jobs",
                PAGES.jobs(
                        Made.VISIT,
                        new JobsPage(
                                Optional.of(JobState.FAILED), "web", Made.counts(), Made.listing(Made.jobs(size)))));
        JobView job = Made.job(0, JobState.RUNNING);
        List<LayerProgress> progress =
                Collections.nCopies(size, Made.runningJob(40).layers().get(1));
        pages.put("job", PAGES.job(Made.VISIT, Made.with(job, JobState.RUNNING, progress)));
        pages.put("failures", PAGES.failures(Made.VISIT, new FailuresPage("web", Made.listing(Made.jobs(size)))));
        pages.put(
                "images",
                PAGES.images(
                        Made.VISIT,
                        new ImagesPage(
                                "web",
                                Optional.of(Made.digest(3)),
                                Made.listing(Collections.nCopies(size, Made.image(1, 3))))));
        pages.put("image", PAGES.image(Made.VISIT, Made.imagePage(layers)));
        pages.put(
                "layers",
                PAGES.layers(Made.VISIT, new LayersPage(Made.layers(layers), Made.listing(Made.layers(layers)))));
        pages.put("nodes", PAGES.nodes(Made.VISIT, Made.nodes(size)));
        pages.put("audit", PAGES.audit(Made.VISIT, Made.audit(size)));
        pages.put("submit", PAGES.submit(Made.VISIT, submitted("docker.io/library/debian:12", size)));
        pages.put("login", full("x").get("login"));
        pages.put("problem", full("x").get("problem"));
        return pages;
    }

    private static SubmitPage submitted(String text, int items) {
        var form = new SubmitPage.Form(text, text, text, Priority.HIGH, true);
        var accepted = new SubmissionAnswer.Item(text, Optional.of(text), Optional.empty());
        var refused = new SubmissionAnswer.Item(text, Optional.empty(), Optional.of(text));
        List<SubmissionAnswer.Item> all = new ArrayList<>(Collections.nCopies(items, accepted));
        all.add(refused);
        return new SubmitPage(form, Optional.of(new SubmissionAnswer(all)));
    }

    /** Every page with the same text in every place that takes one. */
    private static Map<String, String> full(String text) {
        var visit = new Visit(
                Optional.of(new Viewer(text, true, true)), "csrf-0123", Made.NOW, Optional.of(Notice.problem(text)));
        JobView job = job(text);
        var layer = new LayerView(text, List.of(text), 5, 5, 3);
        var image = new ImageView(
                text, List.of(text), text, Optional.of(Made.NOW), Made.NOW, 9, 9, 5, 1, List.of(layer), List.of(text));
        Map<String, String> pages = new TreeMap<>();
        pages.put("overview", PAGES.overview(visit, new OverviewPage(Made.statistics(), Made.samples(), List.of(job))));
        pages.put(
                "jobs", PAGES.jobs(visit, new JobsPage(Optional.empty(), text, Map.of(), listing(List.of(job), text))));
        pages.put(
                "no jobs", PAGES.jobs(visit, new JobsPage(Optional.empty(), text, Map.of(), listing(List.of(), text))));
        pages.put("job", PAGES.job(visit, job));
        pages.put("failures", PAGES.failures(visit, new FailuresPage(text, listing(List.of(job), text))));
        pages.put(
                "images", PAGES.images(visit, new ImagesPage(text, Optional.of(text), listing(List.of(image), text))));
        pages.put("image", PAGES.image(visit, new ImagePage(image, Map.of(text, List.of(new Sharer(text, text))))));
        pages.put("layers", PAGES.layers(visit, new LayersPage(List.of(layer), listing(List.of(layer), text))));
        pages.put("nodes", PAGES.nodes(visit, List.of(new NodeView(text, text, Made.NOW, 1))));
        pages.put(
                "audit", PAGES.audit(visit, listing(List.of(new AuditEntry(Made.NOW, text, text, text, text)), text)));
        pages.put("submit", PAGES.submit(visit, submitted(text, 1)));
        pages.put("login", PAGES.login(visit, new LoginPage(text, Optional.of(text))));
        pages.put("problem", PAGES.problem(visit, new Problem(text, text, 404, text, Optional.of(text))));
        return pages;
    }

    private static JobView job(String text) {
        return new JobView(
                text,
                JobAction.DELETE,
                JobState.FAILED,
                text,
                text,
                Priority.LOW,
                text,
                text,
                new JobView.Times(Made.NOW, Optional.of(Made.NOW), Optional.of(Made.NOW), Optional.of(Made.NOW)),
                1,
                2,
                Optional.of(text),
                Optional.of(text),
                Optional.of(text),
                List.of(new LayerProgress(1, text, text, 10, 20, LayerState.RUNNING)));
    }

    private static <T> Listing<T> listing(List<T> items, String next) {
        return new Listing<>(items, Optional.of(next));
    }
}
