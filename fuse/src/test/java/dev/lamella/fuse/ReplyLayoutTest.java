package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.linux.Errno;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The layout of every answer, against bytes annotated by hand with the fields of {@code linux/fuse.h}. */
class ReplyLayoutTest {

    private static final Attributes ATTRIBUTES = new Attributes(
            1, 2, 3, new Timestamp(4, 7), new Timestamp(5, 8), new Timestamp(6, 9), 0100644, 11, 12, 13, 14, 4096);

    private static final String ATTRIBUTE_BYTES = """
            01 00 00 00 00 00 00 00  # ino
            02 00 00 00 00 00 00 00  # size
            03 00 00 00 00 00 00 00  # blocks
            04 00 00 00 00 00 00 00  # atime
            05 00 00 00 00 00 00 00  # mtime
            06 00 00 00 00 00 00 00  # ctime
            07 00 00 00              # atimensec
            08 00 00 00              # mtimensec
            09 00 00 00              # ctimensec
            a4 81 00 00              # mode
            0b 00 00 00              # nlink
            0c 00 00 00              # uid
            0d 00 00 00              # gid
            0e 00 00 00              # rdev
            00 10 00 00              # blksize
            00 00 00 00              # flags
            """;

    private static final Entry ENTRY = new Entry(0x15, 0x16, ATTRIBUTES, 23_000_000_025L, 24_000_000_026L);

    private static final String ENTRY_BYTES = """
            15 00 00 00 00 00 00 00  # nodeid
            16 00 00 00 00 00 00 00  # generation
            17 00 00 00 00 00 00 00  # entry_valid
            18 00 00 00 00 00 00 00  # attr_valid
            19 00 00 00              # entry_valid_nsec
            1a 00 00 00              # attr_valid_nsec
            """ + ATTRIBUTE_BYTES;

    private static final String OPENED_BYTES = """
            1b 00 00 00 00 00 00 00  # fh
            82 00 00 00              # open_flags
            1c 00 00 00              # backing_id
            """;

    private static void encodes(Consumer<Reply> answer, String body) {
        encodes(answer, 0, Dump.bytes(body));
    }

    private static void encodes(Consumer<Reply> answer, int error, byte[] body) {
        var reply = new Reply(Arena.ofAuto().allocate(4096), Arena.ofAuto().allocate(8192));
        answer.accept(reply);
        byte[] bytes = reply.bytes(0x0102030405060708L);
        byte[] header = Dump.bytes("""
                %02x %02x 00 00          # len
                %02x ff ff ff            # error
                08 07 06 05 04 03 02 01  # unique
                """.formatted(bytes.length & 0xff, bytes.length >> 8, -error & 0xff));
        if (error == 0) {
            header[5] = header[6] = header[7] = 0;
        }
        assertThat(bytes).startsWith(header).endsWith(body).hasSize(16 + body.length);
    }

    @Test
    void errors() {
        encodes(reply -> reply.error(Errno.ENOENT), 2, new byte[0]);
        encodes(Reply::empty, "");
    }

    @Test
    void entries() {
        encodes(reply -> reply.entry(ENTRY), ENTRY_BYTES);
        encodes(reply -> reply.created(new Created(ENTRY, new Opened(0x1b, 0x82, 0x1c))), ENTRY_BYTES + OPENED_BYTES);
    }

    @Test
    void opened() {
        encodes(reply -> reply.opened(new Opened(0x1b, 0x82, 0x1c)), OPENED_BYTES);
        assertThat(Opened.of(1).with(Opened.Flag.DIRECT_IO).flags()).isEqualTo(1);
        assertThat(Opened.of(1).with(Opened.Flag.KEEP_CACHE).flags()).isEqualTo(2);
        assertThat(Opened.of(1).with(Opened.Flag.CACHE_DIR).flags()).isEqualTo(8);
        assertThat(Opened.of(1).with(Opened.Flag.PASSTHROUGH).flags()).isEqualTo(128);
    }

    @Test
    void attributes() {
        encodes(reply -> reply.attributes(new CachedAttributes(ATTRIBUTES, 23_000_000_025L)), """
                17 00 00 00 00 00 00 00  # attr_valid
                19 00 00 00              # attr_valid_nsec
                00 00 00 00              # dummy
                """ + ATTRIBUTE_BYTES);
    }

    @Test
    void statx() {
        Attributes device = new Attributes(
                1,
                2,
                3,
                new Timestamp(4, 7),
                new Timestamp(5, 8),
                new Timestamp(6, 9),
                0020644,
                11,
                12,
                13,
                0x103,
                4096);
        String zeros = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # spare\n";
        encodes(
                reply -> reply.statx(new StatxAttributes(device, 23_000_000_025L, new Timestamp(30, 31), 0x10, 0x30)),
                """
                17 00 00 00 00 00 00 00  # attr_valid
                19 00 00 00              # attr_valid_nsec
                00 00 00 00              # flags
                """ + zeros + """
                ff 0f 00 00              # mask
                00 10 00 00              # blksize
                10 00 00 00 00 00 00 00  # attributes
                0b 00 00 00              # nlink
                0c 00 00 00              # uid
                0d 00 00 00              # gid
                a4 21 00 00              # mode, spare
                01 00 00 00 00 00 00 00  # ino
                02 00 00 00 00 00 00 00  # size
                03 00 00 00 00 00 00 00  # blocks
                30 00 00 00 00 00 00 00  # attributes_mask
                04 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00  # atime
                1e 00 00 00 00 00 00 00 1f 00 00 00 00 00 00 00  # btime
                06 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00  # ctime
                05 00 00 00 00 00 00 00 08 00 00 00 00 00 00 00  # mtime
                01 00 00 00              # rdev_major
                03 00 00 00              # rdev_minor
                00 00 00 00 00 00 00 00  # dev_major, dev_minor
                """ + zeros.repeat(7));
    }

    @Test
    void fileSystemStatus() {
        encodes(reply -> reply.statfs(new FileSystemStatus(1, 2, 3, 4, 5, 6, 7, 8)), """
                01 00 00 00 00 00 00 00  # blocks
                02 00 00 00 00 00 00 00  # bfree
                03 00 00 00 00 00 00 00  # bavail
                04 00 00 00 00 00 00 00  # files
                05 00 00 00 00 00 00 00  # ffree
                06 00 00 00              # bsize
                07 00 00 00              # namelen
                08 00 00 00              # frsize
                00 00 00 00              # padding
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # spare
                """);
    }

    @Test
    void numbersAndData() {
        encodes(reply -> reply.number(0x0807060504030201L), "01 02 03 04 05 06 07 08 # offset");
        encodes(reply -> reply.data(new byte[] {1, 2, 3}), "01 02 03 # data");
        encodes(reply -> reply.names(List.of(Name.of("user.a"), Name.of("user.b")), 14), """
                "user.a"
                "user.b"
                """);
    }

    @Test
    void agreement() {
        var agreement = new Agreement(45, 0xa0_4040_0001L, -1, 131072, 1 << 20, 64, 1);
        encodes(reply -> reply.agreement(agreement), """
                07 00 00 00  # major
                2d 00 00 00  # minor
                00 00 02 00  # max_readahead
                01 00 40 40  # flags
                40 00        # max_background
                30 00        # congestion_threshold
                00 00 10 00  # max_write
                01 00 00 00  # time_gran
                00 01        # max_pages
                00 00        # map_alignment
                a0 00 00 00  # flags2
                01 00 00 00  # max_stack_depth
                00 00        # request_timeout
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # unused
                """);
    }
}
