package dev.lamella.fuse;

import dev.lamella.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory with one file, {@code hello}, whose text can be changed behind the kernel's back. Other names are for
 * subclasses.
 */
class HelloFileSystem extends EmptyFileSystem {

    static final long HELLO_ID = 77;
    static final Name HELLO = Name.of("hello");

    final AtomicInteger lookups = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    private volatile MemorySegment text = segment("hello\n");

    private static MemorySegment segment(String text) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.UTF_8));
    }

    void setText(String newText) {
        text = segment(newText);
    }

    Entry hello() {
        return Entry.of(HELLO_ID, Attributes.file(HELLO_ID, 0444, text.byteSize()), 1000 * SECOND_NANOS);
    }

    @Override
    public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
        lookups.incrementAndGet();
        if (request.nodeId() == ROOT_ID && request.name().equals(HELLO)) {
            return hello();
        }
        throw FuseException.of(Errno.ENOENT);
    }

    @Override
    public CachedAttributes getattr(NodeRequest.Getattr request) throws FuseException, InterruptedException {
        return request.nodeId() == HELLO_ID ? hello().cachedAttributes() : super.getattr(request);
    }

    @Override
    public Opened open(NodeRequest.Open request) throws FuseException, InterruptedException {
        return Opened.of(0).with(Opened.Flag.KEEP_CACHE);
    }

    @Override
    public void readdir(FileRequest.Readdir request, DirectoryBuffer buffer) {
        if (request.offset() == 0) {
            buffer.add(HELLO, 1, hello());
        }
    }

    @Override
    public MemorySegment read(FileRequest.Read request, MemorySegment buffer)
            throws FuseException, InterruptedException {
        reads.incrementAndGet();
        MemorySegment now = text;
        long from = Math.min(request.offset(), now.byteSize());
        return now.asSlice(from, Math.min(request.sizeBytes(), now.byteSize() - from));
    }
}
