package dev.lamella.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.lamella.page.Chromium.Look;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as people use them: in Chromium, by mouse, by keyboard, with and without scripts. */
@Tag("integration")
class PageInChromiumTest {

    private static final double CONTRAST_MIN = 4.5;

    private static Chromium chromium;
    private MadeSite site;

    @BeforeAll
    static void startChromium() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void closeChromium() {
        chromium.close();
    }

    @BeforeEach
    void startSite() throws IOException {
        site = new MadeSite();
    }

    @AfterEach
    void nothingWasComplainedAbout() {
        chromium.closeWindows();
        site.close();
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void theKeyboardLeadsEverywhere() {
        Page page = chromium.open(site.url("/ui/"), Look.WIDE);
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to the content");
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();

        page.keyboard().type("gj");
        assertThat(page).hasURL(site.url("/ui/jobs"));
        page.keyboard().press("j");
        page.keyboard().press("j");
        page.keyboard().press("k");
        assertThat(page.locator("main tbody tr").first().locator("a")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page).hasURL(site.url(Links.job(MadeSite.RUNNING)));

        page.keyboard().press("?");
        assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).not().isVisible();
        page.keyboard().press("/");
        assertThat(page.locator("#find")).isFocused();
        page.keyboard().type("gj?");
        assertThat(page.locator("#find")).hasValue("gj?");
    }

    @Test
    void shortcutsCanBeTurnedOff() {
        Page page = chromium.open(site.url("/ui/"), Look.WIDE);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("Keyboard")))
                .click();
        page.getByLabel("Use these shortcuts").uncheck();
        page.keyboard().press("Escape");
        page.keyboard().type("gj");
        assertThat(page).hasURL(site.url("/ui/"));
    }

    /** Everything that takes the focus shows that it has it. */
    @Test
    void theFocusIsSeen() {
        Page page = chromium.open(site.url(Links.image(Made.digest(52))), Look.WIDE);
        for (int i = 0; i < 25; i++) {
            page.keyboard().press("Tab");
            Object outline = page.evaluate("() => getComputedStyle(document.activeElement).outline");
            assertThat(outline).as("stop " + i).asString().contains("solid 3px");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/", "/ui/jobs", "/ui/failures", "/ui/images", "/ui/layers", "/ui/submit", "/ui/login"})
    void textCanBeReadByDayAndByNight(String path) throws IOException {
        String contrast = script("contrast.js");
        for (Look look : List.of(Look.WIDE, Look.WIDE.inTheDark())) {
            Page page = chromium.open(site.url(path), look);
            @SuppressWarnings("unchecked")
            var poor = (List<String>) page.evaluate(contrast, CONTRAST_MIN);
            assertThat(poor).as(path + " " + look).isEmpty();
        }
    }

    @Test
    void aJobIsFollowedToItsEnd() {
        Page page = chromium.open(site.url(Links.job(MadeSite.RUNNING)), Look.WIDE);
        assertThat(page.locator("#live-state")).hasText("live");
        assertThat(page.locator("#whole-words")).containsText(Pattern.compile(", 2\\d %|, 3\\d %"));
        double before = position(page);
        site.moving.set(true);
        assertThat(page.locator("#whole-words")).containsText("/s");
        assertThat(page.locator("#job .lead .state")).hasText("succeeded");
        assertThat(page.locator(".layers .state").last()).hasText("done");
        assertThat(page.locator("#spoken")).hasText("The job has ended: succeeded");
        assertThat(page.getByText("Cancel")).hasCount(0);
        assertThat(position(page)).isGreaterThan(before);
    }

    @Test
    void aBrokenStreamIsTakenUpAgain() {
        site.breaking.set(true);
        Page page = chromium.open(site.url(Links.job(MadeSite.RUNNING)), Look.WIDE);
        site.moving.set(true);
        assertThat(page.locator("#job .lead .state")).hasText("succeeded");
        assertThat(site.breaking).isFalse();
    }

    @Test
    void aFailureIsReadAndTriedAgain() {
        Page page = chromium.open(site.url("/ui/failures"), Look.WIDE);
        assertThat(page.locator("article").first()).containsText("but the config says");
        page.locator("article a").first().click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Why it failed")))
                .isVisible();
        page.getByText("Try again").click();
        assertThat(page).hasURL(site.url(Links.job(MadeSite.RUNNING)));
        assertThat(site.sent).containsExactly(Links.job(MadeSite.FAILED) + "/retry csrf=csrf-0123");
    }

    @Test
    void anImageIsDeletedOnlyAfterASecondStep() {
        Page page = chromium.open(site.url(Links.image(Made.digest(52))), Look.WIDE);
        assertThat(page.getByText("Delete this name").first()).not().isVisible();
        page.locator("summary").first().click();
        page.getByText("Delete this name").first().click();
        assertThat(page).hasURL(site.url("/ui/images"));
        assertThat(site.sent.getFirst()).startsWith(Links.image(Made.digest(52)) + "/delete csrf=csrf-0123&reference=");
    }

    @Test
    void listsAreSearchedAsOneTypes() {
        Page page = chromium.open(site.url("/ui/jobs"), Look.WIDE);
        assertThat(page.locator("main tbody tr")).hasCount(30);
        page.keyboard().press("/");
        page.keyboard().type("notebook");
        assertThat(page.locator("main tbody tr")).hasCount(5);
        assertThat(page).hasURL(site.url("/ui/jobs?search=notebook"));
        assertThat(page.locator("#search")).isFocused();
    }

    @Test
    void whatIsSearchedForStaysText() {
        String hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
        String address = "/ui/jobs?search=" + URLEncoder.encode(hostile, StandardCharsets.UTF_8);
        Page page = chromium.open(site.url(address), Look.WIDE);
        assertThat(page.locator("#search")).hasValue(hostile);
        assertThat(page.locator("main")).containsText("No jobs of “" + hostile + "”.");
    }

    /** Links, forms and reloading do it all. */
    @Test
    void nothingNeedsScripts() {
        Page page = chromium.open(site.url("/ui/submit"), Look.NARROW.withoutScripts());
        page.getByLabel("Images, one a line").fill("debian:12\nregistry.example.org/forbidden:1");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Submit"))
                .click();
        assertThat(page.locator("main")).containsText("rule deny[0] forbids it");
        page.getByText("follow the job").click();
        assertThat(page.locator("#whole-words")).containsText("%");
        site.percent.set(100);
        page.getByText("Bring up to date").click();
        assertThat(page.locator("#job .lead .state")).hasText("succeeded");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Jobs"))
                .first()
                .click();
        page.getByLabel("Search by image").fill("notebook");
        page.keyboard().press("Enter");
        assertThat(page.locator("main tbody tr")).hasCount(5);
        assertThat(page.locator("#keys-open")).not().isVisible();
    }

    private static double position(Page page) {
        return ((Number) page.evaluate("() => document.getElementById('whole').position")).doubleValue();
    }

    private static String script(String name) throws IOException {
        try (var in = PageInChromiumTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
