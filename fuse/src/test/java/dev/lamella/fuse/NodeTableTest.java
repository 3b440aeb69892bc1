package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.linux.Errno;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodeTableTest {

    private final NodeTable<String, String> table = new NodeTable<>(2);

    @Test
    void oneNumberForOneFile() throws FuseException {
        long a = table.enter("a", () -> "A");
        assertThat(a).isEqualTo(2);
        assertThat(table.enter("b", () -> "B")).isEqualTo(3);
        assertThat(table.enter("a", () -> "another")).isEqualTo(a);
        assertThat(table.get(a)).isEqualTo("A");
        assertThat(table.enterKnown("a")).contains(a);
        assertThat(table.enterKnown("c")).isEmpty();
    }

    @Test
    void isForgottenWithItsLastLookup() throws FuseException {
        long a = table.enter("a", () -> "A");
        table.enterKnown("a");
        table.enterKnown("a");
        assertThat(table.forget(a, 2)).isEmpty();
        assertThat(table.forget(a, 1)).contains("A");
        assertThat(table.forget(a, 1)).isEmpty();
        assertThat(table.size()).isZero();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> table.get(a))
                .matches(e -> e.errno() == Errno.ESTALE);
        assertThat(table.enter("a", () -> "A")).isNotEqualTo(a);
    }

    @Test
    void canBeCleared() throws FuseException {
        table.enter("a", () -> "A");
        table.enterKnown("a");
        table.enter("b", () -> "B");
        assertThat(table.clear()).containsExactlyInAnyOrder("A", "B");
        assertThat(table.size()).isZero();
    }

    @Test
    void hasALimit() throws FuseException {
        long a = table.enter("a", () -> "A");
        table.enter("b", () -> "B");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> table.enter("c", () -> "C"))
                .matches(e -> e.errno() == Errno.ENFILE);
        table.forget(a, 1);
        assertThat(table.enter("c", () -> "C")).isPositive();
    }

    @Test
    void countsRightWithManyThreads() throws Exception {
        var made = new AtomicInteger();
        var dropped = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Void> work = () -> {
                for (int round = 0; round < 20_000; round++) {
                    long id = table.enter("a", () -> "A" + made.incrementAndGet());
                    table.get(id);
                    table.forget(id, 1).ifPresent(_ -> dropped.incrementAndGet());
                }
                return null;
            };
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(8, work))) {
                done.get();
            }
        }
        assertThat(table.size()).isZero();
        assertThat(dropped.get()).isEqualTo(made.get()).isPositive();
    }
}
