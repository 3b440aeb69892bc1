package dev.lamella.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * How a native function is called a hundred thousand times a second: by a handle that the compiler sees through, with a
 * negative {@code errno} as result, since for whoever calls that often an error is an answer like any other. For all
 * else there is {@link Libc.Function}.
 */
final class NativeCall {

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    /** One call, given where {@code errno} goes. */
    @FunctionalInterface
    interface Body {
        long invoke(MemorySegment state) throws Throwable;
    }

    private NativeCall() {}

    /** Returns the handle of a function; a constant of the class that calls it, or it is slow. */
    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Libc.link(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    /** Calls; returns the result, or the negative error number if that is -1. */
    static long result(Body body) {
        try {
            if (Thread.currentThread().isVirtual()) {
                // Virtual threads are many and live shortly: what is kept for each would cost more than this.
                try (Arena arena = Arena.ofConfined()) {
                    return result(body, arena.allocate(CAPTURED));
                }
            }
            return result(body, STATE.get());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call", e);
        }
    }

    private static long result(Body body, MemorySegment state) throws Throwable {
        long result = body.invoke(state);
        return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
    }
}
