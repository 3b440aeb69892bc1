package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lamella.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class DispatcherTest {

    private final Reply reply =
            new Reply(Arena.ofAuto().allocate(4096, 8), Arena.ofAuto().allocate(8192, 8));
    private final Logger logger = (Logger) LoggerFactory.getLogger(Dispatcher.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
    }

    private int errorOf(FileSystem fileSystem, Request request) {
        new Dispatcher(fileSystem).answer(request, reply);
        return -MemorySegment.ofArray(reply.bytes(1)).get(ValueLayout.JAVA_INT_UNALIGNED, 4);
    }

    private static Request request(Opcode opcode) {
        var header = new RequestHeader(40, opcode.code(), 1, 1, 0, 0, 0);
        Name name = Name.of("a");
        return switch (opcode) {
            case MKDIR -> new EntryRequest.Mkdir(header, name, 0755, 0);
            case UNLINK -> new EntryRequest.Unlink(header, name);
            case LOOKUP -> new EntryRequest.Lookup(header, name);
            case GETXATTR -> new NodeRequest.Getxattr(header, name, 100);
            case FLUSH -> new FileRequest.Flush(header, 0, 0);
            case STATX -> new NodeRequest.Statx(header, 0, 0, 0, 0);
            case OPEN -> new NodeRequest.Open(header, 0, 0);
            case STATFS -> new NodeRequest.Statfs(header);
            default -> new ControlRequest.Unsupported(header);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "MKDIR, 30",
        "UNLINK, 30",
        "LOOKUP, 2",
        "GETXATTR, 38",
        "FLUSH, 38",
        "STATX, 38",
        "IOCTL, 38",
        "POLL, 38",
        "OPEN, 0",
        "STATFS, 0"
    })
    void defaultsAreThoseOfAReadOnlyFileSystem(Opcode opcode, int errno) {
        assertThat(errorOf(new EmptyFileSystem(), request(opcode))).isEqualTo(errno);
        assertThat(logged.list).isEmpty();
    }

    private static FileSystem throwing(Throwable thrown) {
        return new EmptyFileSystem() {
            @Override
            public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
                switch (thrown) {
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    case FuseException e -> throw e;
                    case InterruptedException e -> throw e;
                    default -> throw new AssertionError(thrown);
                }
            }
        };
    }

    @Test
    void declaredErrorsAreAnswersAndNothingToLog() {
        assertThat(errorOf(throwing(FuseException.of(Errno.EACCES)), request(Opcode.LOOKUP)))
                .isEqualTo(Errno.EACCES);
        assertThat(errorOf(throwing(new InterruptedException()), request(Opcode.LOOKUP)))
                .isEqualTo(Errno.EINTR);
        assertThat(logged.list).isEmpty();
    }

    @Test
    void anythingElseIsLoggedOnceAndAnsweredWithEio() {
        for (Throwable thrown :
                List.of(new IllegalStateException("x"), new StackOverflowError(), new AssertionError())) {
            logged.list.clear();
            assertThat(errorOf(throwing(thrown), request(Opcode.LOOKUP))).isEqualTo(Errno.EIO);
            assertThat(logged.list)
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .isEqualTo("LOOKUP of node 1 is answered with EIO");
        }
    }

    @Test
    void whatNobodyWaitsForIsTakenBack() {
        var calls = new ArrayList<String>();
        FileSystem fileSystem = new EmptyFileSystem() {
            @Override
            public Created create(EntryRequest.Create request) {
                return new Created(Entry.of(7, Attributes.file(7, 0644, 0), 0), Opened.of(9));
            }

            @Override
            public void release(FileRequest.Release request) {
                calls.add("release " + request.handle());
            }

            @Override
            public void forget(long nodeId, long lookups) {
                calls.add("forget " + nodeId + " " + lookups);
            }
        };
        var header = new RequestHeader(40, Opcode.CREATE.code(), 1, 1, 0, 0, 0);
        Runnable undo =
                new Dispatcher(fileSystem).answer(new EntryRequest.Create(header, Name.of("a"), 0, 0, 0, 0), reply);
        assertThat(calls).isEmpty();
        undo.run();
        assertThat(calls).containsExactly("release 9", "forget 7 1");
    }

    @Test
    void attributesThatAreTooLongForTheCaller() {
        FileSystem fileSystem = new EmptyFileSystem() {
            @Override
            public byte[] getxattr(NodeRequest.Getxattr request) {
                return new byte[101];
            }
        };
        assertThat(errorOf(fileSystem, request(Opcode.GETXATTR))).isEqualTo(Errno.ERANGE);
        var header = new RequestHeader(40, Opcode.GETXATTR.code(), 1, 1, 0, 0, 0);
        assertThat(errorOf(fileSystem, new NodeRequest.Getxattr(header, Name.of("a"), 0)))
                .isZero();
        assertThat(reply.bytes(1)[16]).isEqualTo((byte) 101);
    }
}
