package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.lamella.page.Chromium.Look;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every page fits a desk and a telephone, by day and by night; {@code page/screenshots} puts what this test saw into
 * the documents.
 */
@Tag("integration")
class ScreenshotTest {

    private static final Path DIRECTORY = Path.of("target", "screenshots");
    private static final Map<String, Look> LOOKS = Map.of(
            "wide",
            Look.WIDE,
            "wide-dark",
            Look.WIDE.inTheDark(),
            "narrow",
            Look.NARROW,
            "narrow-dark",
            Look.NARROW.inTheDark());
    private static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("overview", "/ui/"),
            Map.entry("jobs", "/ui/jobs"),
            Map.entry("job", Links.job(MadeSite.RUNNING)),
            Map.entry("failed", Links.job(MadeSite.FAILED)),
            Map.entry("failures", "/ui/failures"),
            Map.entry("images", "/ui/images"),
            Map.entry("image", Links.image(Made.digest(52))),
            Map.entry("layers", "/ui/layers"),
            Map.entry("nodes", "/ui/nodes"),
            Map.entry("audit", "/ui/audit"),
            Map.entry("submit", "/ui/submit"),
            Map.entry("login", "/ui/login"),
            Map.entry("problem", "/ui/none"));

    @Test
    void everyPageFitsItsWindow() throws Exception {
        Files.createDirectories(DIRECTORY);
        var soft = new SoftAssertions();
        try (var site = new MadeSite();
                var chromium = Chromium.start()) {
            site.percent.set(61);
            for (var look : LOOKS.entrySet()) {
                for (var path : PATHS.entrySet()) {
                    Page page = chromium.open(site.url(path.getValue()), look.getValue());
                    String name = path.getKey() + "-" + look.getKey();
                    int tooWide = (Integer) page.evaluate("() => document.documentElement.scrollWidth - innerWidth");
                    soft.assertThat(tooWide)
                            .as(name + " is too wide by so many pixels")
                            .isLessThanOrEqualTo(0);
                    page.screenshot(new Page.ScreenshotOptions()
                            .setPath(DIRECTORY.resolve(name + ".png"))
                            .setFullPage(true));
                    chromium.closeWindows();
                }
            }
            soft.assertAll();
            assertThat(chromium.complaints()).isEqualTo(List.of());
        }
    }
}
