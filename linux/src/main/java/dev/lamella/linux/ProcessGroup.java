package dev.lamella.linux;

/**
 * The process group of this process.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/setpgid.2.html">setpgid(2)</a>
 */
public final class ProcessGroup {

    private ProcessGroup() {}

    /**
     * Makes this process the first of a group of its own, unless it is that already. A terminal's interrupt does not reach it from then on.
     */
    public static void lead() throws LinuxException {
        if (Libc.GETPGID.call("this process", 0) != ProcessHandle.current().pid()) {
            Libc.SETPGID.call("this process", 0, 0);
        }
    }
}
