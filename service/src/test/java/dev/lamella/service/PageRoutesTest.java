package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.Priority;
import dev.lamella.client.Scope;
import dev.lamella.client.Submission;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class PageRoutesTest {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    @TempDir
    private Path directory;

    private RunningService service;

    @BeforeEach
    void start() throws IOException {
        service = RunningService.start(directory);
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    private HttpResponse<String> post(String path, String cookie, Map<String, String> fields) throws IOException {
        var form = new StringBuilder();
        fields.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        var headers = new HashMap<String, String>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        if (!cookie.isEmpty()) {
            headers.put("Cookie", cookie);
        }
        return service.send("POST", path, Optional.empty(), form.toString(), headers);
    }

    private HttpResponse<String> get(String path, String cookie) throws IOException {
        return service.send("GET", path, Optional.empty(), "", Map.of("Cookie", cookie));
    }

    private String signIn(Scope... scopes) throws IOException {
        HttpResponse<String> answer = post(
                "/ui/login", "", Map.of("token", service.token("viewer-" + scopes.length, scopes), "next", "/ui/jobs"));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains("/ui/jobs");
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
        return cookie.split(";", 2)[0];
    }

    private String csrf(String cookie) throws IOException {
        Matcher matcher = CSRF.matcher(get("/ui/jobs", cookie).body());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void everyPageIsShownToWhoSignedInAndToNobodyElse() throws IOException {
        String cookie = signIn(Scope.ADMIN);
        for (Route route : service.service().routes()) {
            if (route.access() instanceof Access.Page
                    && route.method().equals("GET")
                    && !route.path().contains("{")) {
                HttpResponse<String> page = get(route.path(), cookie);
                assertThat(page.statusCode()).as(route.path()).isEqualTo(200);
                assertThat(page.headers().firstValue("Content-Security-Policy"))
                        .get()
                        .asString()
                        .contains("script-src 'self'");
                assertThat(service.get(route.path(), Optional.empty()).headers().firstValue("Location"))
                        .get()
                        .asString()
                        .startsWith("/ui/login?next=");
            }
        }
        assertThat(post("/ui/logout", cookie, Map.of("csrf", csrf(cookie))).statusCode())
                .isEqualTo(303);
        assertThat(get("/ui/jobs", cookie).statusCode()).isEqualTo(303);
    }

    /** What a page has links to and what its forms send is what its routes take. */
    @Test
    void formsAndTabsAreUnderstood() throws IOException {
        String cookie = signIn(Scope.READ, Scope.SUBMIT);
        Matcher priorities = Pattern.compile("<option value=\"([^\"]+)\"")
                .matcher(get("/ui/submit", cookie).body());
        for (int found = 0; priorities.find() || found == 0; found++) {
            var fields = Map.of(
                    "images",
                    "registry.example/a",
                    "priority",
                    priorities.group(1),
                    "dryRun",
                    "true",
                    "csrf",
                    csrf(cookie));
            assertThat(post("/ui/submit", cookie, fields).body()).contains("would be published");
        }
        Matcher tabs = Pattern.compile("href=\"(/ui/jobs\\?state=[^\"]+)\"")
                .matcher(get("/ui/jobs", cookie).body());
        for (int found = 0; tabs.find() || found == 0; found++) {
            assertThat(get(tabs.group(1), cookie).statusCode())
                    .as(tabs.group(1))
                    .isEqualTo(200);
        }
    }

    @Test
    void listsGoOnWhereTheyEnd() throws IOException {
        var names = new TreeSet<String>();
        for (int number = 0; number < 230; number++) {
            names.add(service.registry.address() + "/none/image" + number + ":1");
        }
        try (GeneratorClient client = service.client(Scope.SUBMIT)) {
            client.submit(
                    new Submission(List.copyOf(names), Optional.empty(), Optional.empty(), Priority.NORMAL, false),
                    "many");
        }
        String cookie = signIn(Scope.READ);
        Pattern job = Pattern.compile("<bdi>([^<]+/none/image\\d+:1)</bdi>");
        Pattern more = Pattern.compile("href=\"(/ui/jobs\\?after=[^\"]+)\"");
        var seen = new ArrayList<String>();
        for (String next = "/ui/jobs"; !next.isEmpty(); ) {
            String page = get(next, cookie).body();
            job.matcher(page).results().forEach(match -> seen.add(match.group(1)));
            next = more.matcher(page)
                    .results()
                    .findFirst()
                    .map(match -> match.group(1))
                    .orElse("");
            assertThat(seen).hasSizeLessThanOrEqualTo(names.size());
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void formsNeedTheSessionsWordAndTheScope() throws IOException {
        String image = service.push("library/demo", "1.0", 1000);
        String reader = signIn(Scope.READ);
        assertThat(post("/ui/submit", reader, Map.of("images", image, "csrf", csrf(reader)))
                        .statusCode())
                .isEqualTo(403);
        String submitter = signIn(Scope.READ, Scope.SUBMIT);
        assertThat(post("/ui/submit", submitter, Map.of("images", image)).statusCode())
                .isEqualTo(403);
        assertThat(post("/ui/submit", submitter, Map.of("images", image, "csrf", csrf(reader)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.store.images()).isEmpty();
        assertThat(post("/ui/submit", submitter, Map.of("images", image, "csrf", csrf(submitter)))
                        .statusCode())
                .isEqualTo(200);
        RunningService.await(
                "the image is published", () -> service.store.image(image).isPresent());
        // A cookie alone changes nothing by the API.
        assertThat(service.send(
                                "POST",
                                "/v1/submissions",
                                Optional.empty(),
                                "{\"images\":[\"a\"]}",
                                Map.of("Cookie", submitter, "Content-Type", "application/json"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(get("/v1/jobs", submitter).statusCode()).isEqualTo(200);
    }

    @Test
    void hostileNamesStayText() throws IOException {
        String cookie = signIn(Scope.ADMIN);
        String hostile = "\"><script>alert(1)</script>";
        for (String path :
                List.of("/ui/images?search=", "/ui/jobs?search=", "/ui/failures?search=", "/ui/login?next=")) {
            String body = get(path + URLEncoder.encode(hostile, StandardCharsets.UTF_8), cookie)
                    .body();
            assertThat(body).as(path).doesNotContain("<script>alert").doesNotContain("\"><script");
        }
        String sent = post("/ui/submit", cookie, Map.of("images", hostile, "csrf", csrf(cookie)))
                .body();
        assertThat(sent).doesNotContain("<script>alert");
    }

    @Test
    void signingInLeadsNowhereElse() throws IOException {
        for (String next : List.of(
                "https://elsewhere.invalid/",
                "//elsewhere.invalid",
                "/ui//elsewhere",
                "/ui/../v1",
                "javascript:alert(1)")) {
            assertThat(PageSessions.next(Optional.of(next))).isEqualTo("/ui/");
        }
        assertThat(PageSessions.next(Optional.of("/ui/images/sha256:00"))).isEqualTo("/ui/images/sha256:00");
        assertThat(post("/ui/login", "", Map.of("token", "wrong", "next", "/ui/"))
                        .statusCode())
                .isEqualTo(401);
    }
}
