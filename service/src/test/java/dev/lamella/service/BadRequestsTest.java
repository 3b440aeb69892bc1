package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.ApiJson;
import dev.lamella.client.Problem;
import dev.lamella.client.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with a request, the answer is a problem that says what. */
@Tag("integration")
class BadRequestsTest {

    private static final AtomicReference<RunningService> SERVICE = new AtomicReference<>();
    private static final AtomicReference<String> TOKEN = new AtomicReference<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        SERVICE.set(RunningService.start(directory));
        TOKEN.set(SERVICE.get().token("all", Scope.ADMIN));
    }

    @AfterAll
    static void stop() throws IOException {
        SERVICE.get().close();
    }

    private static Problem problem(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        Problem problem = ApiJson.read(answer.body().getBytes(StandardCharsets.UTF_8), Problem.class);
        assertThat(problem.status()).isEqualTo(answer.statusCode());
        assertThat(problem.type()).startsWith("urn:lamella:problem:");
        return problem;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | /v1/submissions | {\"images\": [\"a\" \"b\"]} | 400 | at line 1, column 17",
                "POST | /v1/submissions | {\"images\": | 400 | not valid JSON",
                "POST | /v1/submissions | [] | 400 | expected an object, found a list",
                "POST | /v1/submissions | {} | 400 | images: expected a list of texts, found nothing",
                "POST | /v1/submissions | {\"images\": []} | 400 | name at least one image",
                "POST | /v1/submissions | {\"images\": [17]} | 400 | images[0]: expected a text, found a number",
                "POST | /v1/submissions | {\"images\": [\"ok\", \"Not:A:Reference\"]} | 400 | images[1]:",
                "POST | /v1/submissions | {\"images\": [\"a\"], \"image\": 1} | 400 | image: unknown; expected dryRun, images",
                "POST | /v1/submissions | {\"images\": [\"a\"], \"images\": [\"b\"]} | 400 | uplicate",
                "POST | /v1/submissions | {\"images\": [\"a\"], \"priority\": \"URGENT\"} | 400 | expected one of LOW, NORMAL, HIGH",
                "POST | /v1/submissions | {\"images\": [\"a\"], \"platform\": \"pdp-11\"} | 400 | platform:",
                "POST | /v1/submissions | {\"images\": [\"a:1\"], \"tags\": \"*\"} | 400 | a repository without a tag",
                "POST | /v1/submissions | {\"images\": [\"a\"], \"tags\": \"[a-z]\"} | 400 | tags:",
                "POST | /v1/submissions | {\"images\": [\"a\"], \"dryRun\": \"yes\"} | 400 | dryRun: expected true or false",
                "POST | /v1/tokens | {\"name\": \"a b\", \"scopes\": [\"READ\"]} | 400 | name:",
                "POST | /v1/tokens | {\"name\": \"ab\", \"scopes\": []} | 400 | scopes: none",
                "POST | /v1/tokens | {\"name\": \"ab\", \"scopes\": [\"ROOT\"]} | 400 | scopes: \"ROOT\"",
                "POST | /v1/tokens | {\"name\": \"ab\", \"scopes\": [\"READ\"], \"expires\": \"soon\"} | 400 | expires:",
                "PUT | /v1/nodes/UPPER | {\"version\": \"1\", \"images\": []} | 400 | expected the name of a host",
                "PUT | /v1/nodes/n1 | {\"version\": \"1\", \"images\": [\"x\"]} | 400 | images:",
                "GET | /v1/jobs?limit=0 | `` | 400 | limit: \"0\", expected 1 to 1000",
                "GET | /v1/jobs?limit=1001 | `` | 400 | limit",
                "GET | /v1/jobs?state=LOST | `` | 400 | state: \"LOST\"",
                "GET | /v1/jobs?cursor=%21%21 | `` | 400 | cursor",
                "GET | /v1/jobs?cursor=AAAA | `` | 400 | cursor",
                "GET | /v1/jobs/17 | `` | 404 | there is no job 17",
                "GET | /v1/jobs/00000000-0000-7000-8000-000000000000 | `` | 404 | there is no job",
                "POST | /v1/jobs/00000000-0000-7000-8000-000000000000/cancel | `` | 404 | there is no job",
                "GET | /v1/images/sha256:00 | `` | 404 | expected a digest",
                "DELETE | /v1/images?reference=%3Cscript%3E | `` | 400 | reference:",
                "DELETE | /v1/images?reference=a/b:1 | `` | 404 | there is no reference docker.io/a/b:1",
                "GET | /v1/samples?hours=9999 | `` | 400 | hours",
                "GET | /v1/nothing | `` | 404 | ``",
                "GET | /nothing | `` | 404 | ``",
                "PATCH | /v1/jobs | `` | 405 | ``",
                "POST | /v1/gc?dryRun=maybe | `` | 400 | dryRun",
                "DELETE | /v1/tokens/nobody | `` | 404 | there is no token",
                "POST | /v1/webhooks/none | {} | 404 | there is no such webhook",
            })
    void isAProblem(String method, String path, String body, int status, String said) throws IOException {
        HttpResponse<String> answer = SERVICE.get()
                .send(method, path, Optional.of(TOKEN.get()), body, Map.of("Content-Type", "application/json"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(problem(answer).detail()).contains(said);
    }

    @Test
    void theTypeOfABodyMustBeSaid() throws IOException {
        HttpResponse<String> answer = SERVICE.get()
                .send("POST", "/v1/submissions", Optional.of(TOKEN.get()), "{\"images\":[\"a\"]}", Map.of());
        assertThat(answer.statusCode()).isEqualTo(415);
        problem(answer);
    }

    @Test
    void bodiesHaveALargestSize() throws IOException {
        HttpResponse<String> answer = SERVICE.get()
                .send(
                        "POST",
                        "/v1/submissions",
                        Optional.of(TOKEN.get()),
                        "{\"images\":[\"" + "a".repeat(2 << 20) + "\"]}",
                        Map.of("Content-Type", "application/json"));
        assertThat(answer.statusCode()).isEqualTo(413);
        problem(answer);
    }

    @Test
    void methodsAreNotOverridden() throws IOException {
        HttpResponse<String> answer = SERVICE.get()
                .send("GET", "/v1/tokens/x", Optional.of(TOKEN.get()), "", Map.of("X-HTTP-Method-Override", "DELETE"));
        assertThat(answer.statusCode()).isEqualTo(400);
        problem(answer);
    }

    @Test
    void otherSitesChangeNothing() throws IOException {
        HttpResponse<String> answer = SERVICE.get()
                .send("POST", "/v1/gc", Optional.of(TOKEN.get()), "", Map.of("Sec-Fetch-Site", "cross-site"));
        assertThat(answer.statusCode()).isEqualTo(403);
        problem(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/../../etc/passwd HTTP/1.1 | 4",
                "GET /v1/images/%2e%2e%2f HTTP/1.1 | 4",
                "GET /v1/jobs/%00 HTTP/1.1 | 4",
                "GET /%zz HTTP/1.1 | 4",
                "BREW /v1/jobs HTTP/1.1 | 4",
                "GET /v1/jobs HTTP/7.0 | 5",
            })
    void rawNonsenseIsAProblemToo(String line, String family) throws IOException {
        String answer = raw(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.1 " + family + "[0-9]{2} .*").contains("application/problem+json");
        assertThat(answer).doesNotContain("Jetty").doesNotContain("<html");
    }

    @Test
    void headsHaveALargestSize() throws IOException {
        String answer = raw(
                "GET /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: " + "a".repeat(20_000) + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 431 ").contains("application/problem+json");
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = SERVICE.get().connect()) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
