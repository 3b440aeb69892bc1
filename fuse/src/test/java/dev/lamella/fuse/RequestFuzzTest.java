package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever comes from the kernel, and whatever the file system does, there is an answer of the right form. */
class RequestFuzzTest {

    private static final int TRANSFER_BYTES = 8192;

    private final Logger log = (Logger) LoggerFactory.getLogger(Dispatcher.class);

    @BeforeEach
    void quiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    @Test
    void wellFormedRequestsAreUnderstood() {
        Fuzz.run(20_000, random -> {
            byte[] message = RandomRequests.any(random);
            Request request = Dump.decode(message);
            boolean known = !(request instanceof ControlRequest.Unsupported);
            Opcode opcode = Opcode.of(request.header().code()).orElseThrow();
            assertThat(known).isEqualTo(opcode != Opcode.IOCTL && opcode != Opcode.POLL);
        });
    }

    @Test
    void malformedOnesAreRefusedAndNothingWorse() {
        Fuzz.run(50_000, random -> {
            byte[] message = Mutations.mutate(random, RandomRequests.any(random));
            if (message.length >= 4 && random.oneIn(2)) {
                MemorySegment.ofArray(message).set(ValueLayout.JAVA_INT_UNALIGNED, 0, message.length);
            }
            try {
                Dump.decode(message);
            } catch (FuseProtocolException e) {
                assertThat(e.offset()).isBetween(0L, (long) message.length);
            }
        });
    }

    @Test
    void everyRequestHasAnAnswerWhateverTheFileSystemDoes() {
        try (Arena arena = Arena.ofConfined()) {
            var reply = new Reply(arena.allocate(4096, 8), arena.allocate(TRANSFER_BYTES, 8));
            Fuzz.run(20_000, random -> {
                Request request = Dump.decode(RandomRequests.any(random));
                var dispatcher = new Dispatcher(RandomFileSystem.of(random));
                dispatcher.takeBack(dispatcher.answer(request, reply));
                byte[] answer = reply.bytes(request.header().unique());
                MemorySegment fields = MemorySegment.ofArray(answer);
                int error = fields.get(ValueLayout.JAVA_INT_UNALIGNED, 4);
                assertThat(fields.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(answer.length);
                assertThat(error).isBetween(-FuseException.ERRNO_MAX, 0);
                assertThat(fields.get(ValueLayout.JAVA_LONG_UNALIGNED, 8))
                        .isEqualTo(request.header().unique());
                if (error != 0) {
                    assertThat(answer).hasSize(Reply.HEADER_BYTES);
                }
            });
        }
    }
}
