package dev.lamella.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.lamella.page.Chromium;
import dev.lamella.page.Chromium.Look;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a real generator in a real browser: what it shows comes from a registry, the queue and the store, and what is clicked changes them. */
@Tag("system")
@Timeout(600)
class GeneratorPageTest {

    private static final int MIB = 1 << 20;
    private static final double JOB_MILLIS_MAX = 60_000;

    @TempDir
    private Path directory;

    private Chromium chromium;
    private Generator generator;
    private RegistryUpload upload;
    private String registry = "";

    @BeforeEach
    void start() throws Exception {
        registry = Shell.out(Map.of(), List.of("testbed/registry", path("registry"), "start"));
        upload = new RegistryUpload(registry);
        // So slow that one sees it move; and one attempt, as what fails is to be seen at once.
        generator = new Generator(directory.resolve("generator"), directory, """
                generator.bandwidth = "3MiB"
                generator.attempts = 1
                """);
        generator.trust(registry);
        generator.start();
        chromium = Chromium.start();
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        chromium.close();
        generator.close();
        upload.close();
        Shell.run(Map.of(), List.of("testbed/registry", path("registry"), "stop"));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static OciImage image(String name, int bytes) {
        byte[] content = new SeededRandom(name.hashCode()).bytes(bytes);
        return OciImages.oci(
                new TarBytes().file("base", "what both have").end(),
                new TarBytes().file(name, content).end());
    }

    @Test
    void anImageIsSubmittedFollowedFoundAndDeletedAndAFailureIsTriedAgain() throws Exception {
        upload.push("team/large", "1", image("large", 16 * MIB));
        Page page = signedIn();

        submit(page, registry + "/team/large:1");
        follow(page);
        submit(page, registry + "/team/late:1");
        failAndTryAgain(page);
        filter(page);
        assertThat(generator.published())
                .containsExactlyInAnyOrder(registry + "/team/large:1", registry + "/team/late:1");
        find(page);
        delete(page);

        assertThat(generator.published()).containsExactly(registry + "/team/large:1");
        assertThat(chromium.complaints()).isEmpty();
    }

    /** Somebody who comes without a session is asked for a token, and led to where they wanted to go. */
    private Page signedIn() throws IOException, InterruptedException {
        String token = generator.lamella("token", "browser", "--create", "read,submit,admin");
        Page page = chromium.open(generator.url("/ui/submit"), Look.WIDE);
        page.getByLabel("Token").fill("lamella_wrong");
        click(page, "Sign in");
        assertThat(page.locator("#login-problem")).isVisible();
        chromium.complaints(); // of the status 401, as it has to be
        page.getByLabel("Token").fill(token);
        click(page, "Sign in");
        assertThat(page).hasURL(generator.url("/ui/submit"));
        return page;
    }

    private static void click(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private void submit(Page page, String reference) {
        page.navigate(generator.url("/ui/submit"));
        page.getByLabel("Images, one a line").fill(reference);
        click(page, "Submit");
        page.getByText("follow the job").click();
        assertThat(page.locator("h1")).hasText(reference);
    }

    /** The progress moves by itself: a mark on the document is still there at the end. */
    private static void follow(Page page) {
        page.evaluate("() => { window.sameDocument = true; }");
        var percent = page.locator("#whole-words");
        assertThat(percent).containsText(Pattern.compile(", [1-9]\\d? %, .*/s"));
        String before = percent.innerText();
        assertThat(percent).not().hasText(before);
        assertThat(page.locator("#job .lead .state")).hasText("succeeded", within());
        assertThat(page.locator(".layers .state")).hasText(new String[] {"done", "done"});
        assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
    }

    private static LocatorAssertions.HasTextOptions within() {
        return new LocatorAssertions.HasTextOptions().setTimeout(JOB_MILLIS_MAX);
    }

    /** What is not in the registry fails and says why; when it is there, the next attempt succeeds. */
    private void failAndTryAgain(Page page) throws IOException, InterruptedException {
        assertThat(page.locator("#job .lead .state")).hasText("failed", within());
        page.navigate(generator.url("/ui/failures"));
        assertThat(page.locator("article.failure")).hasCount(1);
        assertThat(page.locator("article.failure")).containsText("team/late:1");
        upload.push("team/late", "1", image("late", MIB));
        page.locator("article.failure a").click();
        assertThat(page.locator("section.failure pre")).containsText("HTTP 404");
        click(page, "Try again");
        assertThat(page.locator("#job .lead .state")).hasText("succeeded", within());
        assertThat(page.locator(".layers .state").first()).hasText("was there");
    }

    private void filter(Page page) {
        page.navigate(generator.url("/ui/jobs"));
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^succeeded")))
                .click();
        assertThat(page.locator("main tbody tr")).hasCount(2);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^failed")))
                .click();
        assertThat(page.locator("main .empty")).hasText("No jobs in this state.");
    }

    private void find(Page page) {
        page.navigate(generator.url("/ui/images"));
        assertThat(page.locator("main tbody tr")).hasCount(2);
        page.keyboard().press("/");
        page.keyboard().type("late");
        assertThat(page.locator("main tbody tr")).hasCount(1);
        page.locator("main tbody tr a").first().click();
        assertThat(page.locator("h1")).hasText(registry + "/team/late:1");
        assertThat(page.locator("table.picture tbody tr")).hasCount(2);
    }

    private void delete(Page page) {
        page.locator("summary").click();
        click(page, "Delete this name");
        assertThat(page.locator(".notice")).hasText("It is deleted.");
        assertThat(page.locator("main tbody tr")).hasCount(1);
        assertThat(page.locator("main tbody")).containsText("team/large:1");
    }
}
