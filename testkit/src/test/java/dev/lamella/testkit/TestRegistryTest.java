package dev.lamella.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class TestRegistryTest {

    @Test
    void servesWhatWasPushedAndLogsIt() throws Exception {
        OciImage image = OciImages.oci(new TarBytes().file("etc/motd", "hello").end());
        try (var registry = TestRegistry.start();
                var client = HttpClient.newHttpClient()) {
            registry.push("demo/one", "1.0", image);
            String blob = "/v2/demo/one/blobs/" + image.blobDigests().getFirst();
            assertThat(get(client, registry.url() + "/v2/demo/one/manifests/1.0"))
                    .isEqualTo(image.manifest().toByteArray());
            assertThat(get(client, registry.url() + blob))
                    .isEqualTo(image.layers().getFirst().toByteArray());
            assertThat(get(client, registry.url() + "/v2/demo/one/manifests/" + image.digest()))
                    .isEqualTo(image.manifest().toByteArray());
            assertThat(registry.accesses())
                    .extracting(RegistryAccess::line)
                    .startsWith("GET /v2/demo/one/manifests/1.0 200", "GET " + blob + " 200");
            assertThat(registry.connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void faultsApplyAsOftenAsSaid() throws Exception {
        try (var registry = TestRegistry.start();
                var client = HttpClient.newHttpClient()) {
            registry.inject("/v2/", 1, RegistryFault.Status.retryAfter(429, "7"));
            registry.inject("/v2/", 1, new RegistryFault.Oversized(10));
            assertThat(get(client, registry.url() + "/v2/")).isEmpty();
            assertThat(get(client, registry.url() + "/v2/")).hasSize(10);
            assertThat(get(client, registry.url() + "/v2/")).asString().isEqualTo("{}");
        }
    }

    @Test
    void speaksTls() {
        TestCertificate certificate = TestCertificate.make();
        assertThat(certificate.certificatePem()).startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(certificate.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        try (var registry = TestRegistry.startTls(certificate, false)) {
            assertThat(registry.url()).startsWith("https://127.0.0.1:");
        }
    }

    private static byte[] get(HttpClient client, String url) throws Exception {
        return client.send(java.net.http.HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray())
                .body();
    }
}
