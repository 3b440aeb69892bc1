package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The layout of every request, against bytes annotated by hand with the fields of {@code linux/fuse.h}. */
class RequestLayoutTest {

    private static RequestHeader header(int opcode, String body) {
        return new RequestHeader(40 + Dump.bytes(body).length, opcode, 0x0102030405060708L, 42, 1000, 1001, 0x1234);
    }

    private static void decodes(int opcode, String body, Function<RequestHeader, Request> expected)
            throws FuseProtocolException {
        assertThat(Dump.decode(opcode, body)).isEqualTo(expected.apply(header(opcode, body)));
    }

    /** As Linux 6.18 sends it, byte for byte: the first message of a mount. */
    @Test
    void whatIsSentAgainHasTheSameNumber() {
        var first = new RequestHeader(40, 1, 7, 1, 0, 0, 0);
        var again = new RequestHeader(40, 1, 0x8000_0000_0000_0007L, 1, 0, 0, 0);
        assertThat(first.isResent()).isFalse();
        assertThat(again.isResent()).isTrue();
        assertThat(again.number()).isEqualTo(first.number()).isEqualTo(7);
    }

    @Test
    void initOfLinux618() throws FuseProtocolException {
        byte[] message = Dump.bytes("""
                68 00 00 00              # len 104
                1a 00 00 00              # opcode 26 INIT
                02 00 00 00 00 00 00 00  # unique
                00 00 00 00 00 00 00 00  # nodeid
                00 00 00 00              # uid
                00 00 00 00              # gid
                00 00 00 00              # pid
                00 00 00 00              # total_extlen, padding
                07 00 00 00              # major 7
                2d 00 00 00              # minor 45
                00 00 02 00              # max_readahead 131072
                fb ff ff 73              # flags
                fd 05 00 00              # flags2
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # unused[11]
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                """);
        assertThat(Dump.decode(message))
                .isEqualTo(new ControlRequest.Init(
                        new RequestHeader(104, 26, 2, 0, 0, 0, 0), 7, 45, 131072, 0x5fd_73ff_fffbL));
    }

    /** As Linux 6.18 sends it, byte for byte: {@code utimensat} with 1.000000005 and 2.000000006 seconds. */
    @Test
    void setattrOfLinux618() throws FuseProtocolException {
        byte[] message = Dump.bytes("""
                80 00 00 00              # len 128
                04 00 00 00              # opcode 4 SETATTR
                1a 00 00 00 00 00 00 00  # unique
                02 00 00 00 00 00 00 00  # nodeid
                00 00 00 00              # uid
                00 00 00 00              # gid
                17 0d 00 00              # pid
                00 00 00 00              # total_extlen, padding
                30 00 00 00              # valid: FATTR_ATIME, FATTR_MTIME
                00 00 00 00              # padding
                00 00 00 00 00 00 00 00  # fh
                00 00 00 00 00 00 00 00  # size
                00 00 00 00 00 00 00 00  # lock_owner
                01 00 00 00 00 00 00 00  # atime
                02 00 00 00 00 00 00 00  # mtime
                00 00 00 00 00 00 00 00  # ctime
                05 00 00 00              # atimensec
                06 00 00 00              # mtimensec
                00 00 00 00              # ctimensec
                00 00 00 00              # mode
                00 00 00 00              # unused4
                00 00 00 00              # uid
                00 00 00 00              # gid
                00 00 00 00              # unused5
                """);
        var setattr = (NodeRequest.Setattr) Dump.decode(message);
        assertThat(setattr.header()).isEqualTo(new RequestHeader(128, 4, 26, 2, 0, 0, 0xd17));
        assertThat(setattr.atime()).isEqualTo(new Timestamp(1, 5));
        assertThat(setattr.mtime()).isEqualTo(new Timestamp(2, 6));
        assertThat(setattr.changes(NodeRequest.Setattr.Field.ATIME)).isTrue();
        assertThat(setattr.changes(NodeRequest.Setattr.Field.MTIME)).isTrue();
        assertThat(setattr.changes(NodeRequest.Setattr.Field.MTIME_NOW)).isFalse();
        assertThat(setattr.changes(NodeRequest.Setattr.Field.HANDLE)).isFalse();
    }

    @Test
    void namesInDirectories() throws FuseProtocolException {
        Name name = Name.of("a");
        decodes(1, "\"a\" # name", h -> new EntryRequest.Lookup(h, name));
        decodes(10, "\"a\" # name", h -> new EntryRequest.Unlink(h, name));
        decodes(11, "\"a\" # name", h -> new EntryRequest.Rmdir(h, name));
        decodes(6, """
                "a"   # name
                "b/c" # target
                """, h -> new EntryRequest.Symlink(h, name, Name.of("b/c")));
        decodes(8, """
                a4 21 00 00  # mode
                03 01 00 00  # rdev
                12 00 00 00  # umask
                ef be ad de  # padding
                "a"          # name
                """, h -> new EntryRequest.Mknod(h, name, 0x21a4, 0x103, 0x12));
        decodes(9, """
                ed 01 00 00  # mode
                12 00 00 00  # umask
                "a"          # name
                """, h -> new EntryRequest.Mkdir(h, name, 0755, 0x12));
        decodes(13, """
                07 00 00 00 00 00 00 00  # oldnodeid
                "a"                      # name
                """, h -> new EntryRequest.Link(h, name, 7));
        decodes(35, """
                41 80 00 00  # flags
                a4 81 00 00  # mode
                12 00 00 00  # umask
                01 00 00 00  # open_flags
                "a"          # name
                """, h -> new EntryRequest.Create(h, name, 0x8041, 0100644, 0x12, 1));
    }

    @Test
    void renaming() throws FuseProtocolException {
        decodes(12, """
                07 00 00 00 00 00 00 00  # newdir
                "a"                      # name
                "b"                      # new name
                """, h -> new EntryRequest.Rename(h, Name.of("a"), 7, Name.of("b"), 0));
        decodes(45, """
                07 00 00 00 00 00 00 00  # newdir
                02 00 00 00              # flags
                ef be ad de              # padding
                "a"                      # name
                "b"                      # new name
                """, h -> new EntryRequest.Rename(h, Name.of("a"), 7, Name.of("b"), 2));
    }

    @Test
    void attributes() throws FuseProtocolException {
        decodes(3, """
                01 00 00 00              # getattr_flags
                ef be ad de              # dummy
                09 00 00 00 00 00 00 00  # fh
                """, h -> new NodeRequest.Getattr(h, 1, 9));
        decodes(52, """
                01 00 00 00              # getattr_flags
                ef be ad de              # reserved
                09 00 00 00 00 00 00 00  # fh
                00 20 00 00              # sx_flags
                ff 0f 00 00              # sx_mask
                """, h -> new NodeRequest.Statx(h, 1, 9, 0x2000, 0xfff));
        decodes(
                4,
                """
                ff 01 00 00              # valid
                ef be ad de              # padding
                09 00 00 00 00 00 00 00  # fh
                0a 00 00 00 00 00 00 00  # size
                ef be ad de ef be ad de  # lock_owner
                0b 00 00 00 00 00 00 00  # atime
                0c 00 00 00 00 00 00 00  # mtime
                0d 00 00 00 00 00 00 00  # ctime
                0e 00 00 00              # atimensec
                0f 00 00 00              # mtimensec
                10 00 00 00              # ctimensec
                11 00 00 00              # mode
                ef be ad de              # unused4
                12 00 00 00              # uid
                13 00 00 00              # gid
                ef be ad de              # unused5
                """,
                h -> new NodeRequest.Setattr(
                        h,
                        0x1ff,
                        9,
                        10,
                        new Timestamp(11, 14),
                        new Timestamp(12, 15),
                        new Timestamp(13, 16),
                        17,
                        18,
                        19));
    }

    @Test
    void nodes() throws FuseProtocolException {
        decodes(5, "", NodeRequest.Readlink::new);
        decodes(17, "", NodeRequest.Statfs::new);
        decodes(34, """
                04 00 00 00  # mask
                ef be ad de  # padding
                """, h -> new NodeRequest.Access(h, 4));
        decodes(14, """
                02 80 00 00  # flags
                01 00 00 00  # open_flags
                """, h -> new NodeRequest.Open(h, 0x8002, 1));
        decodes(27, """
                00 80 01 00  # flags
                00 00 00 00  # open_flags
                """, h -> new NodeRequest.Opendir(h, 0x18000));
    }

    @Test
    void extendedAttributes() throws FuseProtocolException {
        Name name = Name.of("user.x");
        var setxattr = (NodeRequest.Setxattr) Dump.decode(21, """
                03 00 00 00  # size
                02 00 00 00  # flags
                01 00 00 00  # setxattr_flags
                ef be ad de  # padding
                "user.x"     # name
                01 02 03     # value
                """);
        assertThat(setxattr.name()).isEqualTo(name);
        assertThat(setxattr.value().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
        assertThat(setxattr.flags()).isEqualTo(2);
        assertThat(setxattr.setxattrFlags()).isEqualTo(1);
        decodes(22, """
                00 01 00 00  # size
                ef be ad de  # padding
                "user.x"     # name
                """, h -> new NodeRequest.Getxattr(h, name, 256));
        decodes(23, """
                00 01 00 00  # size
                ef be ad de  # padding
                """, h -> new NodeRequest.Listxattr(h, 256));
        decodes(24, "\"user.x\" # name", h -> new NodeRequest.Removexattr(h, name));
    }

    @Test
    void reading() throws FuseProtocolException {
        String read = """
                09 00 00 00 00 00 00 00  # fh
                00 10 00 00 00 00 00 00  # offset
                00 20 00 00              # size
                02 00 00 00              # read_flags
                0a 00 00 00 00 00 00 00  # lock_owner
                00 80 00 00              # flags
                ef be ad de              # padding
                """;
        decodes(15, read, h -> new FileRequest.Read(h, 9, 4096, 8192, 2, 10, 0x8000));
        decodes(28, read, h -> new FileRequest.Readdir(h, 9, 4096, 8192));
        decodes(44, read, h -> new FileRequest.Readdir(h, 9, 4096, 8192));
    }

    @Test
    void writing() throws FuseProtocolException {
        var write = (FileRequest.Write) Dump.decode(16, """
                09 00 00 00 00 00 00 00  # fh
                00 10 00 00 00 00 00 00  # offset
                03 00 00 00              # size
                04 00 00 00              # write_flags
                0a 00 00 00 00 00 00 00  # lock_owner
                01 80 00 00              # flags
                ef be ad de              # padding
                01 02 03                 # data
                """);
        assertThat(write.handle()).isEqualTo(9);
        assertThat(write.offset()).isEqualTo(4096);
        assertThat(write.writeFlags()).isEqualTo(4);
        assertThat(write.lockOwner()).isEqualTo(10);
        assertThat(write.flags()).isEqualTo(0x8001);
        assertThat(write.data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
    }

    @Test
    void openFiles() throws FuseProtocolException {
        decodes(25, """
                09 00 00 00 00 00 00 00  # fh
                ef be ad de ef be ad de  # unused, padding
                0a 00 00 00 00 00 00 00  # lock_owner
                """, h -> new FileRequest.Flush(h, 9, 10));
        String release = """
                09 00 00 00 00 00 00 00  # fh
                02 80 00 00              # flags
                01 00 00 00              # release_flags
                0a 00 00 00 00 00 00 00  # lock_owner
                """;
        decodes(18, release, h -> new FileRequest.Release(h, 9, 0x8002, 1, 10));
        decodes(29, release, h -> new FileRequest.Releasedir(h, 9));
        String fsync = """
                09 00 00 00 00 00 00 00  # fh
                01 00 00 00              # fsync_flags
                ef be ad de              # padding
                """;
        decodes(20, fsync, h -> new FileRequest.Fsync(h, 9, 1));
        decodes(30, fsync, h -> new FileRequest.Fsyncdir(h, 9, 1));
        decodes(43, """
                09 00 00 00 00 00 00 00  # fh
                0a 00 00 00 00 00 00 00  # offset
                0b 00 00 00 00 00 00 00  # length
                03 00 00 00              # mode
                ef be ad de              # padding
                """, h -> new FileRequest.Fallocate(h, 9, 10, 11, 3));
        decodes(46, """
                09 00 00 00 00 00 00 00  # fh
                0a 00 00 00 00 00 00 00  # offset
                04 00 00 00              # whence
                ef be ad de              # padding
                """, h -> new FileRequest.Lseek(h, 9, 10, 4));
        String copy = """
                09 00 00 00 00 00 00 00  # fh_in
                0a 00 00 00 00 00 00 00  # off_in
                0b 00 00 00 00 00 00 00  # nodeid_out
                0c 00 00 00 00 00 00 00  # fh_out
                0d 00 00 00 00 00 00 00  # off_out
                0e 00 00 00 00 00 00 00  # len
                00 00 00 00 00 00 00 00  # flags
                """;
        decodes(47, copy, h -> new FileRequest.CopyFileRange(h, 9, 10, 11, 12, 13, 14, 0));
        decodes(53, copy, h -> new FileRequest.CopyFileRange(h, 9, 10, 11, 12, 13, 14, 0));
    }

    @Test
    void control() throws FuseProtocolException {
        decodes(
                2,
                "05 00 00 00 00 00 00 00 # nlookup",
                h -> new ControlRequest.Forget(h, List.of(new ControlRequest.Forgotten(42, 5))));
        decodes(
                42,
                """
                02 00 00 00              # count
                ef be ad de              # dummy
                07 00 00 00 00 00 00 00  # nodeid
                01 00 00 00 00 00 00 00  # nlookup
                08 00 00 00 00 00 00 00  # nodeid
                02 00 00 00 00 00 00 00  # nlookup
                """,
                h -> new ControlRequest.Forget(
                        h, List.of(new ControlRequest.Forgotten(7, 1), new ControlRequest.Forgotten(8, 2))));
        decodes(36, "09 00 00 00 00 00 00 80 # unique", h -> new ControlRequest.Interrupt(h, 0x8000_0000_0000_0009L));
        decodes(38, "", ControlRequest.Destroy::new);
        decodes(50, "00 00 00 00 00 00 00 00 # padding", ControlRequest.Syncfs::new);
    }

    @Test
    void whatIsNotKnownIsUnsupported() throws FuseProtocolException {
        for (int opcode : new int[] {0, 7, 31, 37, 39, 40, 51, 54, 63, 64, 4096, -1}) {
            decodes(opcode, "01 02 # anything", ControlRequest.Unsupported::new);
        }
    }

    @Test
    void moreThanIsKnownIsPassedOver() throws FuseProtocolException {
        decodes(36, """
                09 00 00 00 00 00 00 00  # unique
                01 02 03 04 05 06 07 08  # of a later version
                """, h -> new ControlRequest.Interrupt(h, 9));
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> Dump.decode(new byte[39]))
                .withMessage("a request, byte 0: 39 bytes, a header has 40");
        byte[] longer = Dump.request(5, new byte[0]);
        longer[0]++;
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> Dump.decode(longer))
                .withMessage("READLINK, byte 0: says that it has 41 bytes, has 40");
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> Dump.decode(1, "61 62 # no NUL"))
                .withMessage("LOOKUP, byte 40: a name without an end, or of more than 4095 bytes");
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> Dump.decode(1, "00 # name"))
                .withMessage("LOOKUP, byte 40: an empty name");
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> Dump.decode(14, "01 02 # flags"))
                .withMessage("OPEN, byte 40: 2 bytes, 4 needed");
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> Dump.decode(42, "ff ff ff ff 00 00 00 00 # count, dummy"))
                .withMessage("BATCH_FORGET, byte 48: 4294967295 nodes to forget in 0 bytes");
    }
}
