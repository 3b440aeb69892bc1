package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidV7Test {

    @Test
    void theyAscendAndCarryTheirTime() {
        var ids = new UuidV7();
        Instant begin = Instant.ofEpochMilli(System.currentTimeMillis());
        var seen = new HashSet<UUID>();
        UUID last = UuidV7.least(begin);
        for (int i = 0; i < 50_000; i++) {
            UUID id = ids.next();
            assertThat(id.toString()).isGreaterThan(last.toString());
            seen.add(id);
            last = id;
        }

        assertThat(seen).hasSize(50_000);
        assertThat(last.version()).isEqualTo(7);
        assertThat(last.variant()).isEqualTo(2);
        assertThat(UuidV7.time(last)).isBetween(begin, Instant.now().plusSeconds(60));
        assertThat(UuidV7.time(UuidV7.least(begin))).isEqualTo(begin);
    }
}
