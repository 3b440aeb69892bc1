package dev.lamella.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of {@code /proc/self/mountinfo}.
 *
 * @param id number of the mount
 * @param parentId number of the mount it lies on
 * @param device number of the file system, as in {@link FileStatus#fileSystem}
 * @param target where it is mounted
 * @param type type of the file system
 * @param source what is mounted
 * @param options the file system's own options, as it says them
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public record MountPoint(int id, int parentId, long device, String target, String type, String source, String options) {

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int FIELDS_BEFORE_OPTIONAL = 6;

    /** Returns the mounts of this process's namespace, the newest last. */
    public static List<MountPoint> list() throws IOException {
        return parse(Files.readString(MOUNTINFO, StandardCharsets.ISO_8859_1));
    }

    static List<MountPoint> parse(String mountinfo) throws IOException {
        var mounts = new ArrayList<MountPoint>();
        for (String line : mountinfo.lines().toList()) {
            String[] fields = line.split(" ", -1);
            int separator = FIELDS_BEFORE_OPTIONAL;
            while (separator < fields.length && !fields[separator].equals("-")) {
                separator++;
            }
            if (separator + 3 >= fields.length) {
                throw new IOException("%s: not a line of mountinfo(5): %s".formatted(MOUNTINFO, line));
            }
            try {
                mounts.add(new MountPoint(
                        Integer.parseInt(fields[0]),
                        Integer.parseInt(fields[1]),
                        device(fields[2]),
                        unescape(fields[4]),
                        unescape(fields[separator + 1]),
                        unescape(fields[separator + 2]),
                        unescape(fields[separator + 3])));
            } catch (NumberFormatException e) {
                throw new IOException("%s: not a line of mountinfo(5): %s".formatted(MOUNTINFO, line), e);
            }
        }
        return List.copyOf(mounts);
    }

    private static long device(String field) {
        int colon = field.indexOf(':');
        if (colon < 0) {
            throw new NumberFormatException(field);
        }
        return (Long.parseLong(field.substring(0, colon)) << 32) | Long.parseLong(field.substring(colon + 1));
    }

    /** Spaces and the like are written as a backslash and three octal digits; the bytes are UTF-8. */
    private static String unescape(String field) {
        if (field.chars().allMatch(c -> c < 0x80 && c != '\\')) {
            return field; // as nearly all are, and there may be thousands
        }
        byte[] bytes = new byte[field.length()];
        int length = 0;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\'
                    && i + 3 < field.length()
                    && field.substring(i + 1, i + 4).matches("[0-3][0-7][0-7]")) {
                bytes[length++] = (byte) Integer.parseInt(field.substring(i + 1, i + 4), 8);
                i += 3;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
