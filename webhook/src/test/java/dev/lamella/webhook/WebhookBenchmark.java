package dev.lamella.webhook;

import dev.lamella.webhook.WebhookVerdict.Accepted;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;

/** Prints how many requests one thread checks and decodes in a second of its processor time. Not a test: run it by hand. */
final class WebhookBenchmark {

    private static final long MEASURED_NANOS = 2_000_000_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private record Load(WebhookProduct product, String payload) {}

    private WebhookBenchmark() {}

    /** Warms up, then measures each product for two seconds. */
    public static void main(String[] args) {
        List<Load> loads = List.of(
                new Load(WebhookProduct.DOCKER_DISTRIBUTION, "distribution-push"),
                new Load(WebhookProduct.DOCKER_DISTRIBUTION, "distribution-envelope"),
                new Load(WebhookProduct.HARBOR, "harbor-push"),
                new Load(WebhookProduct.QUAY, "quay-push"),
                new Load(WebhookProduct.GITHUB_PACKAGES, "github-package"),
                new Load(WebhookProduct.DOCKER_HUB, "docker-hub-push"),
                new Load(WebhookProduct.AZURE_ACR, "azure-push"),
                new Load(WebhookProduct.GOOGLE_ARTIFACT_REGISTRY, "google-push"),
                new Load(WebhookProduct.AWS_ECR, "ecr-push"));
        for (int pass = 0; pass < 2; pass++) {
            for (Load load : loads) {
                String line = measured(load);
                if (pass > 0) {
                    System.out.println(line);
                }
            }
        }
    }

    private static String measured(Load load) {
        Sender sender = WebhookTest.sender(load.product());
        byte[] body = Sender.payload(load.payload());
        WebhookRequest request = sender.request(body);
        Webhook hook = sender.hook();
        long requests = 0;
        long events = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long end = start;
        while (end - start < MEASURED_NANOS) {
            for (int i = 0; i < 100; i++) {
                if (hook.receive(request, body, Sender.NOW) instanceof Accepted accepted) {
                    events += accepted.events().size();
                }
            }
            requests += 100;
            end = THREADS.getCurrentThreadCpuTime();
        }
        double seconds = (end - start) / 1e9;
        return String.format(
                Locale.ROOT,
                "%-24s %5d bytes %9.0f requests/s %9.0f events/s",
                load.payload(),
                body.length,
                requests / seconds,
                events / seconds);
    }
}
