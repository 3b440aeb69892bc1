package dev.lamella.fuse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a file system is mounted. Always without set-user-ID and device files. Begin with {@link #of}.
 *
 * @param source shown in {@code /proc/mounts} as what is mounted
 * @param readOnly whether nothing can be changed
 * @param allowOther whether users other than the one who mounts may use it
 * @param defaultPermissions whether the kernel checks owners and permissions, which the file system otherwise has to do
 *     itself
 */
public record MountOptions(String source, boolean readOnly, boolean allowOther, boolean defaultPermissions) {

    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._/:-]{1,255}");

    /** Checks the source: up to 255 letters, digits and {@code . _ / : -}, since commas separate options. */
    public MountOptions {
        if (!SOURCE.matcher(source).matches()) {
            throw new IllegalArgumentException("source of a mount: " + source);
        }
    }

    /** Returns what suits most: for all users, permissions checked by the kernel. */
    public static MountOptions of(String source) {
        return new MountOptions(source, false, true, true);
    }

    /** Returns the same, read-only. */
    public MountOptions withReadOnly() {
        return new MountOptions(source, true, allowOther, defaultPermissions);
    }

    /** Returns the same, for none but the user who mounts: what {@code fusermount3} does without being configured. */
    public MountOptions withOwnerOnly() {
        return new MountOptions(source, readOnly, false, defaultPermissions);
    }

    /** Returns what the kernel and fusermount3 call by the same name. */
    List<String> common() {
        var options = new ArrayList<String>();
        if (allowOther) {
            options.add("allow_other");
        }
        if (defaultPermissions) {
            options.add("default_permissions");
        }
        return options;
    }
}
