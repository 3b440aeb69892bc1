package dev.lamella.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** HTTP and HTTPS by the JDK's client. Redirections are not followed: a token goes where it was sent and nowhere else. */
final class HttpTransport implements Transport {

    private final URI base;
    private final HttpClient client;

    HttpTransport(URI base, SSLContext tls, Duration connectWait) {
        this.base = base;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectWait)
                .sslContext(tls)
                .build();
    }

    @Override
    public Answer send(Call call, Duration wait) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(call.path()))
                .timeout(wait)
                .method(
                        call.method(),
                        call.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(call.body()));
        call.headers().forEach(request::header);
        try {
            HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + base);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
