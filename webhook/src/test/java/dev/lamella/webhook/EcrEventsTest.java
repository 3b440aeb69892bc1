package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.digest;
import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.ignored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Deleted;
import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcrEventsTest {

    private static final String IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1.4@";

    private final Sender ecr = new Sender(WebhookProduct.AWS_ECR);

    @Test
    void aPushAndADeletion() {
        assertThat(event(ecr.send("ecr-push"))).isInstanceOfSatisfying(Pushed.class, pushed -> {
            assertThat(pushed.id()).isEqualTo("13cde686-328b-6117-af20-0e5566167482");
            assertThat(pushed.target()).hasToString(IMAGE + digest('a'));
        });
        assertThat(event(ecr.send("ecr-delete")))
                .isInstanceOfSatisfying(
                        Deleted.class, deleted -> assertThat(deleted.target()).hasToString(IMAGE + digest('a')));
    }

    @Test
    void chinaHasADomainOfItsOwn() {
        assertThat(event(ecr.send(changed("eu-central-1", "cn-north-1")))
                        .target()
                        .registry())
                .isEqualTo("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn");
    }

    @ParameterizedTest
    @CsvSource({"ecr-failed, did not succeed", "ecr-chart, helm", "ecr-scan, ECR Image Scan"})
    void theRestIsIgnored(String payload, String reason) {
        assertThat(ignored(ecr.send(payload))).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "eu-central-1, evil.example.com/, region",
        "123456789012, 12, account",
        "\"detail\", \"details\", detail",
        "\"2026-11-20T09:24:34Z\", 7, time"
    })
    void whatIsNotAsDocumentedIsNamed(String was, String is, String where) {
        assertThat(ecr.send(changed(was, is)))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.where()).isEqualTo(where));
    }

    private static byte[] changed(String was, String is) {
        return new String(Sender.payload("ecr-push"), StandardCharsets.UTF_8)
                .replace(was, is)
                .getBytes(StandardCharsets.UTF_8);
    }
}
