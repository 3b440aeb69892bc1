package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.linux.Descriptor;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A successor goes on with a mount that it did not make. */
@Tag("system")
@Timeout(120)
class TakeOverTest {

    private static final SessionOptions OPTIONS = SessionOptions.DEFAULT.withSharedDevice();

    @TempDir
    Path target;

    /** Remembers what was sent again. */
    private static final class Successor extends HelloFileSystem {

        final ConcurrentLinkedQueue<String> resent = new ConcurrentLinkedQueue<>();

        @Override
        public boolean mayBlock(Request request) {
            if (request.header().isResent()) {
                resent.add(request.header().operation());
            }
            return super.mayBlock(request);
        }
    }

    /** Never answers a lookup. */
    private static final class StuckFileSystem extends HelloFileSystem {

        final CountDownLatch entered = new CountDownLatch(1);

        @Override
        public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
            entered.countDown();
            Thread.sleep(100_000);
            return super.lookup(request);
        }
    }

    @Test
    void goesOnWithNodesRequestsAndHandles() throws Exception {
        Session first = Session.mount(target, MountOptions.of("lamella-test"), new HelloFileSystem(), OPTIONS);
        Agreement agreement = Agreement.parse(first.agreement().toString());
        Descriptor device = first.duplicateDevice();
        Path hello = target.resolve("hello");
        InputStream open = Files.newInputStream(hello);
        assertThat(open.read()).isEqualTo('h');
        first.stop();

        // Nobody serves: a request waits. It is read, and who read it dies without an answer.
        CompletableFuture<Boolean> client =
                CompletableFuture.supplyAsync(() -> Files.exists(target.resolve("another")));
        try (var slot = new Slot(agreement.maxTransferBytes())) {
            long count = device.read(slot.request());
            RequestHeader unanswered = RequestDecoder.header(slot.request().asSlice(0, count));
            assertThat(unanswered.operation()).isEqualTo("LOOKUP");
        }
        assertThat(client).isNotDone();

        var successor = new Successor();
        try (Session second = Session.resume(device, agreement, successor, OPTIONS)) {
            second.notifier().resend();
            assertThat(client.get(20, TimeUnit.SECONDS)).isFalse();
            assertThat(successor.resent).containsExactly("LOOKUP");
            second.notifier().invalidateNode(HelloFileSystem.HELLO_ID, 0, 0);
            try (open) {
                assertThat(open.readAllBytes()).isEqualTo("ello\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(successor.reads.get()).isPositive();
            Mounts.unmount(target);
            second.await();
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void upgradesUnderLoadDisturbNobody() throws Exception {
        Session session = Session.mount(target, MountOptions.of("lamella-test"), new HelloFileSystem(), OPTIONS);
        CompletableFuture<Long> client = CompletableFuture.supplyAsync(() -> {
            for (long round = 0; ; round++) {
                if (Files.exists(target.resolve("stop"))) {
                    return round;
                }
            }
        });
        Path hello = target.resolve("hello");
        for (int round = 0; round < 20; round++) {
            Descriptor device = session.duplicateDevice();
            session.stop();
            session = Session.resume(device, session.agreement(), stoppingAt(round == 19), OPTIONS);
            session.notifier().resend();
            assertThat(hello).hasContent("hello\n");
        }
        assertThat(client.get(20, TimeUnit.SECONDS)).isPositive();
        Mounts.unmount(target);
        session.close();
    }

    @Test
    void whatCannotBeFinishedIsLeftToTheSuccessor() throws Exception {
        var stuck = new StuckFileSystem();
        Session first = Session.mount(target, MountOptions.of("lamella-test"), stuck, OPTIONS.withStopMillis(50));
        Descriptor device = first.duplicateDevice();
        CompletableFuture<String> client = CompletableFuture.supplyAsync(
                () -> target.resolve("hello").toFile().length() + " bytes");
        assertThat(stuck.entered.await(20, TimeUnit.SECONDS)).isTrue();
        first.stop();
        assertThat(client).isNotDone();
        try (Session second = Session.resume(device, first.agreement(), new HelloFileSystem(), OPTIONS)) {
            second.notifier().resend();
            assertThat(client.get(20, TimeUnit.SECONDS)).isEqualTo("6 bytes");
            Mounts.unmount(target);
        }
    }

    /** Why a successor needs {@link SessionOptions#withSharedDevice}. */
    @Test
    void requestsInAQueueOfTheirOwnDieWithIt() throws Exception {
        var stuck = new StuckFileSystem();
        SessionOptions cloning = SessionOptions.DEFAULT.withStopMillis(50);
        Session first = Session.mount(target, MountOptions.of("lamella-test"), stuck, cloning);
        try (Descriptor _ = first.duplicateDevice()) {
            CompletableFuture<Long> client = CompletableFuture.supplyAsync(() -> {
                try {
                    return Files.size(target.resolve("hello"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(stuck.entered.await(20, TimeUnit.SECONDS)).isTrue();
            first.stop();
            assertThat(client)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("abort");
        } finally {
            Mounts.detach(target);
        }
    }

    private static FileSystem stoppingAt(boolean now) {
        return new HelloFileSystem() {
            @Override
            public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
                return now && request.name().equals(Name.of("stop")) ? hello() : super.lookup(request);
            }
        };
    }
}
