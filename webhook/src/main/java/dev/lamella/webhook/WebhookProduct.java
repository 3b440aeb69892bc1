package dev.lamella.webhook;

import static dev.lamella.webhook.WebhookAuthentication.Way.BASIC;
import static dev.lamella.webhook.WebhookAuthentication.Way.BEARER;
import static dev.lamella.webhook.WebhookAuthentication.Way.GOOGLE_OIDC;
import static dev.lamella.webhook.WebhookAuthentication.Way.SECRET_HEADER;
import static dev.lamella.webhook.WebhookAuthentication.Way.SECRET_PATH;
import static dev.lamella.webhook.WebhookAuthentication.Way.SIGNATURE;

import dev.lamella.webhook.WebhookAuthentication.Way;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What sends webhooks, and against which replays it can be guarded. Where an event has an ID of its own or a body of its own, the same
 * event is accepted once as long as {@link ReplayGuard} remembers it; where it also has a time, never again after
 * {@link WebhookLimits#eventAgeSeconds}. Except for GitHub none of these is signed: who knows the hook's secret can make up events.
 */
public enum WebhookProduct {
    /**
     * The Docker registry, and what is built on it. Each event has an ID and a time: guarded. It sends an event until it is answered with a
     * status from 200 to 399, and nothing behind it until then.
     */
    DOCKER_DISTRIBUTION("docker-distribution", "Docker distribution"),
    /** Harbor. CloudEvents have an ID and a time; its own format has a time, and its body counts as the ID: guarded. */
    HARBOR("harbor", "Harbor"),
    /**
     * Quay. Its payload has neither ID nor time nor digest: two pushes of a tag look the same. A replay is therefore accepted, and has a tag
     * looked at once more that has not changed. There are no deletions that could be replayed.
     */
    QUAY("quay", "Quay"),
    /** The container registry of GitLab, as for Docker distribution. GitLab's own webhooks tell nothing of images. */
    GITLAB("gitlab", "GitLab's container registry"),
    /**
     * GitHub Packages. The body is signed, and counts as the ID, since the delivery's ID is not signed. It tells no time that can be relied on:
     * guarded as long as the guard remembers.
     */
    GITHUB_PACKAGES("github", "GitHub Packages"),
    /** Docker Hub. The body, which has a time, counts as the ID: guarded. */
    DOCKER_HUB("docker-hub", "Docker Hub"),
    /** Azure Container Registry, by its own webhooks or by Event Grid. Each event has an ID and a time: guarded. */
    AZURE_ACR("azure", "Azure Container Registry"),
    /**
     * Google Artifact Registry, by a Pub/Sub push subscription. Each message has an ID and a time: guarded. An identity token is good for
     * an hour and does not cover the body.
     */
    GOOGLE_ARTIFACT_REGISTRY("google", "Google Artifact Registry"),
    /** Amazon ECR, by EventBridge and an API destination. Each event has an ID and a time: guarded. */
    AWS_ECR("aws-ecr", "Amazon ECR");

    private final String key;
    private final String words;

    WebhookProduct(String key, String words) {
        this.key = key;
        this.words = words;
    }

    /** Returns the product with a name in configurations. */
    public static Optional<WebhookProduct> ofKey(String key) {
        return Arrays.stream(values())
                .filter(product -> product.key.equals(key))
                .findFirst();
    }

    /** Returns its name in configurations, such as {@code docker-hub}. */
    public String key() {
        return key;
    }

    /** Returns what people call it. */
    public String words() {
        return words;
    }

    /** Returns how it can prove itself. */
    public Set<Way> ways() {
        return switch (this) {
            case DOCKER_DISTRIBUTION, HARBOR, GITLAB, AZURE_ACR -> Set.of(BEARER, BASIC, SECRET_HEADER, SECRET_PATH);
            case QUAY -> Set.of(BASIC, SECRET_PATH);
            case GITHUB_PACKAGES -> Set.of(SIGNATURE);
            case DOCKER_HUB -> Set.of(SECRET_PATH);
            case GOOGLE_ARTIFACT_REGISTRY -> Set.of(GOOGLE_OIDC, SECRET_PATH);
            case AWS_ECR -> Set.of(BEARER, BASIC, SECRET_HEADER);
        };
    }

    /** Returns whether its payloads name the registry only as the client did that pushed, which may be any name. */
    public boolean needsRegistry() {
        return switch (this) {
            case DOCKER_DISTRIBUTION, GITLAB, AZURE_ACR -> true;
            case HARBOR, QUAY, GITHUB_PACKAGES, DOCKER_HUB, GOOGLE_ARTIFACT_REGISTRY, AWS_ECR -> false;
        };
    }

    /** Returns why it cannot prove itself in a way; nothing if it can. */
    Optional<String> refusal(Way way) {
        if (ways().contains(way)) {
            return Optional.empty();
        }
        String others = ways().stream().sorted().map(Way::words).collect(Collectors.joining(", or "));
        return Optional.of("%s does not send %s; it can be told apart by %s".formatted(words, way.words(), others));
    }

    PayloadDecoder decoder() {
        return switch (this) {
            case DOCKER_DISTRIBUTION -> DistributionEvents::decode;
            case HARBOR -> HarborEvents::decode;
            case QUAY -> QuayEvents::decode;
            case GITLAB -> DistributionEvents::decodeGitLab;
            case GITHUB_PACKAGES -> GitHubEvents::decode;
            case DOCKER_HUB -> DockerHubEvents::decode;
            case AZURE_ACR -> AzureEvents::decode;
            case GOOGLE_ARTIFACT_REGISTRY -> GoogleEvents::decode;
            case AWS_ECR -> EcrEvents::decode;
        };
    }
}
