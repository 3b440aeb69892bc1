package dev.lamella.service;

import dev.lamella.jobs.DatabaseConfig;
import dev.lamella.jobs.QueueLimits;
import dev.lamella.jobs.WorkerConfig;
import dev.lamella.webhook.WebhookConfig;
import java.util.List;

/**
 * A generator.
 *
 * @param listen where it answers
 * @param database where its queue is kept
 * @param queue bounds of the queue
 * @param worker its name, and how it works at jobs
 * @param publish how images are published
 * @param policy what may be published
 * @param webhooks who tells it of pushes
 * @param limits bounds of the service
 */
public record ServiceConfig(
        ListenConfig listen,
        DatabaseConfig database,
        QueueLimits queue,
        WorkerConfig worker,
        PublishConfig publish,
        PolicyConfig policy,
        List<WebhookConfig> webhooks,
        ServiceLimits limits) {

    /** Copies the list, and checks that webhooks are told apart. */
    public ServiceConfig {
        webhooks = List.copyOf(webhooks);
        if (webhooks.stream().map(WebhookConfig::name).distinct().count() < webhooks.size()) {
            throw new IllegalArgumentException("two webhooks have the same name");
        }
    }

    /** Returns a generator with defaults for all else. */
    public static ServiceConfig of(ListenConfig listen, DatabaseConfig database, WorkerConfig worker) {
        return new ServiceConfig(
                listen,
                database,
                QueueLimits.DEFAULT,
                worker,
                PublishConfig.DEFAULT,
                PolicyConfig.OPEN,
                List.of(),
                ServiceLimits.DEFAULT);
    }

    /** Returns the same answering elsewhere. */
    public ServiceConfig withListen(ListenConfig other) {
        return new ServiceConfig(other, database, queue, worker, publish, policy, webhooks, limits);
    }

    /** Returns the same with another policy. */
    public ServiceConfig withPolicy(PolicyConfig other) {
        return new ServiceConfig(listen, database, queue, worker, publish, other, webhooks, limits);
    }

    /** Returns the same with another way to publish. */
    public ServiceConfig withPublish(PublishConfig other) {
        return new ServiceConfig(listen, database, queue, worker, other, policy, webhooks, limits);
    }

    /** Returns the same with webhooks. */
    public ServiceConfig withWebhooks(List<WebhookConfig> other) {
        return new ServiceConfig(listen, database, queue, worker, publish, policy, other, limits);
    }

    /** Returns the same with other bounds. */
    public ServiceConfig withLimits(ServiceLimits other) {
        return new ServiceConfig(listen, database, queue, worker, publish, policy, webhooks, other);
    }
}
