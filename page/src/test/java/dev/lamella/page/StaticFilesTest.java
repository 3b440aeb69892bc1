package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StaticFilesTest {

    private static final int BYTES_MAX = 24 << 10;

    private final StaticFiles files = StaticFiles.load();

    @Test
    void filesAreFoundByTheNamesThatPagesUse() {
        String path = files.path("page.css");
        assertThat(path).matches("/ui/static/page\\.[0-9a-f]{12}\\.css");
        StaticFile file = files.find(path.substring("/ui/static/".length())).orElseThrow();
        assertThat(file.contentType()).isEqualTo("text/css; charset=utf-8");
        assertThat(file.content()).isNotEmpty().hasSizeLessThan(BYTES_MAX);
    }

    @Test
    void otherNamesAreNotFound() {
        assertThat(files.find("page.css")).isEmpty();
        assertThat(files.find("../page.css")).isEmpty();
        assertThatThrownBy(() -> files.path("none.css")).hasMessageContaining("none.css");
    }

    @Test
    void nothingRefersToTheInternet() {
        for (String name : new String[] {"page.css", "page.js"}) {
            String text = text(name);
            assertThat(text).doesNotContain("http:", "https:", "//cdn", "@import", "url(", "eval(", "innerHTML");
        }
    }

    private String text(String plainName) {
        String path = files.path(plainName);
        return new String(
                files.find(path.substring(path.lastIndexOf('/') + 1))
                        .orElseThrow()
                        .content(),
                StandardCharsets.UTF_8);
    }
}
