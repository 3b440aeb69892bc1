package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import java.util.Optional;

/** The beginnings of attribute names that are stored as a number. */
enum XattrNamespace {
    USER(1, "user."),
    POSIX_ACL_ACCESS(2, "system.posix_acl_access"),
    POSIX_ACL_DEFAULT(3, "system.posix_acl_default"),
    TRUSTED(4, "trusted."),
    /** Has a number, but Linux shows no attributes of it. */
    LUSTRE(5, "lustre."),
    SECURITY(6, "security.");

    final int index;

    @SuppressWarnings("ImmutableEnumChecker") // a ByteString is immutable
    final ByteString prefix;

    XattrNamespace(int index, String prefix) {
        this.index = index;
        this.prefix = ByteString.utf8(prefix);
    }

    /** Returns the namespace of a full name; the ACLs are whole names. */
    static Optional<XattrNamespace> of(ByteString name) {
        for (XattrNamespace namespace : values()) {
            if (name.startsWith(namespace.prefix)
                    && namespace.allowsSuffixBytes(name.length() - namespace.prefix.length())) {
                return Optional.of(namespace);
            }
        }
        return Optional.empty();
    }

    static Optional<XattrNamespace> ofIndex(int index) {
        for (XattrNamespace namespace : values()) {
            if (namespace.index == index) {
                return Optional.of(namespace);
            }
        }
        return Optional.empty();
    }

    /** Returns whether so many bytes may follow the prefix: none behind an ACL's name, one or more elsewhere. */
    boolean allowsSuffixBytes(int count) {
        boolean wholeName = this == POSIX_ACL_ACCESS || this == POSIX_ACL_DEFAULT;
        return wholeName == (count == 0);
    }
}
