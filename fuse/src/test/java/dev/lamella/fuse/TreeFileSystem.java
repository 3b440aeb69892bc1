package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lamella.linux.Errno;
import java.lang.foreign.MemorySegment;

/**
 * Directories of files whose numbers and content follow from their names, so that each process that serves it means the
 * same. Nothing may be cached, and every answer takes a moment.
 */
final class TreeFileSystem implements FileSystem {

    static final int DIRECTORIES = 4;
    static final int FILES = 25;
    /** The root, directories and files. */
    static final int ALL = 1 + DIRECTORIES + DIRECTORIES * FILES;

    private static final long FIRST_DIRECTORY = 2;
    private static final long FIRST_FILE = 100;
    private static final int SIZE_BYTES = 20_000;

    private final long answerMillis;

    TreeFileSystem(long answerMillis) {
        this.answerMillis = answerMillis;
    }

    static String directory(int number) {
        return "directory-" + number;
    }

    static String file(int number) {
        return "file-" + number;
    }

    /** Returns what a file contains. */
    static byte[] content(int directory, int file) {
        byte[] content = new byte[SIZE_BYTES];
        for (int i = 0; i < content.length; i++) {
            content[i] = at(fileId(directory, file), i);
        }
        return content;
    }

    private static long fileId(int directory, int file) {
        return FIRST_FILE + (long) directory * FILES + file;
    }

    private static byte at(long id, long offset) {
        return (byte) (id * 31 + offset * 7 + offset / 251);
    }

    private static boolean isDirectory(long id) {
        return id < FIRST_FILE;
    }

    private static Entry entry(long id) {
        Attributes attributes =
                isDirectory(id) ? Attributes.directory(id, 0755) : Attributes.file(id, 0644, SIZE_BYTES);
        return Entry.of(id, attributes, 0);
    }

    private void takeTime() throws InterruptedException {
        Thread.sleep(answerMillis);
    }

    @Override
    public Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
        takeTime();
        String name = request.name().toString();
        if (request.nodeId() == ROOT_ID) {
            for (int i = 0; i < DIRECTORIES; i++) {
                if (name.equals(directory(i))) {
                    return entry(FIRST_DIRECTORY + i);
                }
            }
        } else if (isDirectory(request.nodeId())) {
            for (int i = 0; i < FILES; i++) {
                if (name.equals(file(i))) {
                    return entry(fileId((int) (request.nodeId() - FIRST_DIRECTORY), i));
                }
            }
        }
        throw FuseException.of(Errno.ENOENT);
    }

    @Override
    public CachedAttributes getattr(NodeRequest.Getattr request) {
        return entry(request.nodeId()).cachedAttributes();
    }

    /** Every other file is read past the cache. */
    @Override
    public Opened open(NodeRequest.Open request) {
        Opened opened = Opened.of(0);
        return request.nodeId() % 2 == 0 ? opened.with(Opened.Flag.DIRECT_IO) : opened;
    }

    @Override
    public MemorySegment read(FileRequest.Read request, MemorySegment buffer) throws InterruptedException {
        takeTime();
        long length = Math.clamp(SIZE_BYTES - request.offset(), 0, request.sizeBytes());
        for (long i = 0; i < length; i++) {
            buffer.set(JAVA_BYTE, i, at(request.nodeId(), request.offset() + i));
        }
        return buffer.asSlice(0, length);
    }

    @Override
    public void readdir(FileRequest.Readdir request, DirectoryBuffer buffer) throws InterruptedException {
        takeTime();
        boolean root = request.nodeId() == ROOT_ID;
        for (int i = (int) request.offset(); i < (root ? DIRECTORIES : FILES); i++) {
            Name name = Name.of(root ? directory(i) : file(i));
            long id = root ? FIRST_DIRECTORY + i : fileId((int) (request.nodeId() - FIRST_DIRECTORY), i);
            if (!buffer.add(name, i + 1L, entry(id))) {
                return;
            }
        }
    }
}
