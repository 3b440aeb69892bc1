package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code lamella doctor} asks the kernel, through files below a root so that tests can give answers. */
final class KernelChecks {

    private static final int CAP_SYS_ADMIN = 21;
    private static final Version FILE_BACKED = new Version(6, 12);
    private static final Version LOOP = new Version(6, 4);
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");
    private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{1,16})$");

    private final Path root;

    private record Version(int major, int minor) implements Comparable<Version> {
        @Override
        public int compareTo(Version other) {
            return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
        }
    }

    KernelChecks(Path root) {
        this.root = root;
    }

    List<Check> run() {
        var checks = new ArrayList<Check>();
        checks.add(kernel());
        checks.add(erofs());
        checks.add(permission());
        return checks;
    }

    private Check kernel() {
        String release = read("proc/sys/kernel/osrelease").strip();
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return Check.warn("kernel", "unknown release \"%s\"".formatted(release), "uname -r");
        }
        var version = new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (version.compareTo(FILE_BACKED) >= 0) {
            return Check.ok("kernel", "Linux %s: mounts indexes from files".formatted(release));
        }
        if (version.compareTo(LOOP) >= 0) {
            return Files.exists(root.resolve("dev/loop-control"))
                    ? Check.ok("kernel", "Linux %s: mounts indexes by loop devices".formatted(release))
                    : Check.fail(
                            "kernel",
                            "Linux %s needs loop devices, /dev/loop-control is missing".formatted(release),
                            "modprobe loop");
        }
        return Check.fail(
                "kernel",
                "Linux %s is too old to mount layers; publishing works".formatted(release),
                "install Linux 6.4 or later (Debian 12: apt install -t bookworm-backports linux-image-amd64)");
    }

    private Check erofs() {
        if (read("proc/filesystems").lines().anyMatch(line -> line.strip().equals("erofs"))) {
            return Check.ok("erofs", "the kernel has it");
        }
        String release = read("proc/sys/kernel/osrelease").strip();
        Path modules = root.resolve("lib/modules").resolve(release).resolve("kernel/fs/erofs");
        return Files.isDirectory(modules)
                ? Check.ok("erofs", "a module that the kernel loads by itself")
                : Check.fail("erofs", "the kernel does not know this file system", "modprobe erofs");
    }

    private Check permission() {
        Matcher matcher = EFFECTIVE.matcher(read("proc/self/status"));
        boolean mayMount = matcher.find() && (Long.parseUnsignedLong(matcher.group(1), 16) >>> CAP_SYS_ADMIN & 1) == 1;
        return mayMount
                ? Check.ok("permission", "may mount")
                : Check.fail("permission", "may not mount (no CAP_SYS_ADMIN)", "sudo lamella doctor");
    }

    private String read(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException _) {
            return "";
        }
    }
}
