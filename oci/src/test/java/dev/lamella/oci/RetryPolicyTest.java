package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final FakePauses pauses = new FakePauses();
    private final RetryPolicy policy = new RetryPolicy(RegistryLimits.DEFAULT, pauses);
    private final AtomicInteger calls = new AtomicInteger();

    private RetryPolicy.Attempt<String> failing(int times, OciException failure) {
        return () -> {
            if (calls.incrementAndGet() <= times) {
                throw failure;
            }
            return "done";
        };
    }

    @Test
    void pausesDouble() throws Exception {
        var failure = new OciException(OciException.Kind.UNAVAILABLE, "500");
        assertThat(policy.run(failing(5, failure))).isEqualTo("done");
        assertThat(pauses.pausesMillis).containsExactly(500L, 1000L, 2000L, 4000L, 8000L);
    }

    @Test
    void retryAfterIsObeyedUnlessItIsTooLong() throws Exception {
        var failure = new OciException(OciException.Kind.RATE_LIMITED, "429", OptionalLong.of(7_000));
        assertThat(policy.run(failing(1, failure))).isEqualTo("done");
        var long_ = new OciException(OciException.Kind.RATE_LIMITED, "429", OptionalLong.of(9_000_000));
        calls.set(0);
        assertThatThrownBy(() -> policy.run(failing(99, long_))).isSameAs(long_);
        assertThat(pauses.pausesMillis).containsExactly(7_000L);
    }

    @Test
    void failuresForGoodAndRefusedConnectionsEndSooner() {
        var missing = new OciException(OciException.Kind.NOT_FOUND, "404");
        assertThatThrownBy(() -> policy.run(failing(99, missing))).isSameAs(missing);
        assertThat(calls).hasValue(1);
        var refused = new OciException(OciException.Kind.UNAVAILABLE, "refused", new ConnectException());
        calls.set(0);
        assertThatThrownBy(() -> policy.run(failing(99, refused))).isSameAs(refused);
        assertThat(calls).hasValue(3);
    }

    @Test
    void readsRetryAfter() {
        assertThat(policy.retryAfterMillis("12")).hasValue(12_000);
        assertThat(policy.retryAfterMillis("Fri, 15 Jan 2027 08:00:30 GMT")).hasValue(30_000);
        assertThat(policy.retryAfterMillis("Fri, 01 Jan 2027 08:00:30 GMT")).hasValue(0);
        assertThat(policy.retryAfterMillis("soon")).isEmpty();
        assertThat(policy.retryAfterMillis("-1")).isEmpty();
    }
}
