package dev.lamella.fuse;

import dev.lamella.testkit.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.List;

/** A file system that answers anything at all, or throws it. */
final class RandomFileSystem {

    private static final Attributes ATTRIBUTES = Attributes.file(7, 0644, 12345);

    private RandomFileSystem() {}

    static FileSystem of(SeededRandom random) {
        return (FileSystem) Proxy.newProxyInstance(
                FileSystem.class.getClassLoader(), new Class<?>[] {FileSystem.class}, (_, method, arguments) -> {
                    if (method.getName().equals("forget")) {
                        return null;
                    }
                    return switch (random.nextInt(8)) {
                        case 0 -> throw FuseException.of(1 + random.nextInt(FuseException.ERRNO_MAX));
                        case 1 -> throw new IllegalArgumentException("on purpose");
                        case 2 -> throw new StackOverflowError();
                        case 3 -> throw new InterruptedException();
                        default -> {
                            if (method.getName().equals("readdir")) {
                                list(random, (DirectoryBuffer) arguments[1]);
                            }
                            yield result(random, method.getReturnType(), arguments);
                        }
                    };
                });
    }

    private static void list(SeededRandom random, DirectoryBuffer buffer) {
        for (long offset = 1; offset < 500; offset++) {
            boolean added = random.oneIn(2)
                    ? buffer.add(Name.of(random.word(255)), offset, 1, 0)
                    : buffer.add(Name.of(random.word(255)), offset, Entry.of(offset, ATTRIBUTES, 0));
            if (!added) {
                return;
            }
        }
    }

    private static Object result(SeededRandom random, Class<?> type, Object[] arguments) {
        Entry entry = random.oneIn(3) ? Entry.absent(random.nextLong()) : Entry.of(random.nextLong(), ATTRIBUTES, 1);
        return switch (type.getSimpleName()) {
            case "void" -> new Object(); // ignored
            case "int" -> (int) random.nextLong();
            case "long" -> random.nextLong();
            case "byte[]" -> random.bytes(random.oneIn(9) ? 70_000 : random.nextInt(300));
            case "List" -> List.of(Name.of(random.word(200)), Name.of(random.word(200)));
            case "Name" -> Name.of(random.word(4000));
            case "Entry" -> entry;
            case "Created" -> new Created(entry, Opened.of(random.nextLong()));
            case "Opened" -> Opened.of(random.nextLong());
            case "CachedAttributes" -> entry.cachedAttributes();
            case "StatxAttributes" -> new StatxAttributes(ATTRIBUTES, -1, Timestamp.EPOCH, 0, 0);
            case "FileSystemStatus" -> FileSystemStatus.EMPTY;
            case "MemorySegment" -> {
                MemorySegment buffer = (MemorySegment) arguments[1];
                yield switch (random.nextInt(3)) {
                    case 0 -> Arena.ofAuto().allocate(1 + random.nextInt(9000));
                    case 1 -> MemorySegment.ofArray(random.bytes(3));
                    default -> buffer.asSlice(0, random.nextLong(buffer.byteSize() + 1));
                };
            }
            default -> throw new AssertionError("what is a " + type + "?");
        };
    }
}
