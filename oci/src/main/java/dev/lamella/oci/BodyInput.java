package dev.lamella.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream that gives up when nothing comes for too long. Between the network and the reader
 * lie at most so many batches of the HTTP client's own buffers, of up to 48 KiB each. One thread reads; any may close.
 */
final class BodyInput extends InputStream implements BodySubscriber<BodyInput> {

    /** Enough that a reader and the network do not wait for each other. */
    static final int BATCHES_MANY = 32;

    /** Where hundreds of bodies may be under way at once. */
    static final int BATCHES_FEW = 4;

    private final long stallMillis;
    private final int batchesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<List<ByteBuffer>> arrived = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private boolean complete;
    private boolean closed;

    /** What the reader took; touched by the reading thread alone. */
    private final Deque<ByteBuffer> taken = new ArrayDeque<>();

    BodyInput(long stallMillis, int batchesMax) {
        this.stallMillis = stallMillis;
        this.batchesMax = batchesMax;
    }

    @Override
    public CompletionStage<BodyInput> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        boolean unwanted;
        lock.lock();
        try {
            unwanted = closed || subscription != null;
            if (!unwanted) {
                subscription = given;
            }
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            given.cancel();
        } else {
            given.request(batchesMax);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        lock.lock();
        try {
            if (!closed) {
                arrived.add(buffers);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable throwable) {
        lock.lock();
        try {
            failure = throwable;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onComplete() {
        lock.lock();
        try {
            complete = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ByteBuffer buffer = taken.peek();
            if (buffer == null) {
                // Having something, the reader is not made to wait for more.
                if (!take(done == 0)) {
                    break;
                }
            } else if (buffer.hasRemaining()) {
                int part = Math.min(length - done, buffer.remaining());
                buffer.get(target, offset + done, part);
                done += part;
            } else {
                taken.remove();
            }
        }
        return done > 0 || length == 0 ? done : -1;
    }

    /** Takes all that has arrived; returns whether that was anything. */
    private boolean take(boolean wait) throws IOException {
        int batches;
        Flow.Subscription source;
        lock.lock();
        try {
            if (wait) {
                await();
            }
            batches = arrived.size();
            for (List<ByteBuffer> batch : arrived) {
                taken.addAll(batch);
            }
            arrived.clear();
            source = subscription;
        } finally {
            lock.unlock();
        }
        if (source != null && batches > 0) {
            source.request(batches);
        }
        return batches > 0;
    }

    private void await() throws IOException {
        long leftNanos = TimeUnit.MILLISECONDS.toNanos(stallMillis);
        while (arrived.isEmpty() && !complete) {
            if (closed) {
                throw new IOException("the stream is closed");
            }
            if (failure != null) {
                throw new IOException("the connection broke off: " + failure.getMessage(), failure);
            }
            if (leftNanos <= 0) {
                throw new HttpTimeoutException("nothing came for " + stallMillis + " ms");
            }
            try {
                leftNanos = changed.awaitNanos(leftNanos);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                close();
                throw new InterruptedIOException("interrupted while reading from the registry");
            }
        }
    }

    /** Ends the answer; what has not come yet is not waited for, the connection is given up. */
    @Override
    public void close() {
        Flow.Subscription source;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            arrived.clear();
            source = complete ? null : subscription;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (source != null) {
            source.cancel();
        }
    }
}
