package dev.lamella.policy;

import java.time.Duration;
import java.time.Instant;

/** What becomes of a reference, and why. */
public sealed interface Retention {

    /** Returns the reason in one line. */
    String reason();

    /** It stays. */
    sealed interface Keep extends Retention {}

    /** It goes. */
    sealed interface Drop extends Retention {}

    /** No rule is for its repository. */
    record NoRule() implements Keep {
        @Override
        public String reason() {
            return "no rule is for its repository";
        }
    }

    /** A node uses it. */
    record Used(String rule, int nodes) implements Keep {
        @Override
        public String reason() {
            return "%s: %d nodes use it".formatted(rule, nodes);
        }
    }

    /** It is among the latest of its repository. */
    record AmongLast(String rule, int place, int kept) implements Keep {
        @Override
        public String reason() {
            return "%s: number %d of the last %d of its repository".formatted(rule, place, kept);
        }
    }

    /** It is young. */
    record Newer(String rule, Instant until) implements Keep {
        @Override
        public String reason() {
            return "%s: kept until %s".formatted(rule, until);
        }
    }

    /** The rule lets nothing expire. */
    record NothingExpires(String rule) implements Keep {
        @Override
        public String reason() {
            return rule + ": keeps all, whatever their number and age";
        }
    }

    /** The registry deleted it. */
    record Deleted(String rule) implements Drop {
        @Override
        public String reason() {
            return rule + ": the registry deleted it";
        }
    }

    /** It is too old, or too many came after it, or both. */
    record Expired(String rule, int place, Duration age) implements Drop {
        @Override
        public String reason() {
            return "%s: number %d of its repository, published %s ago".formatted(rule, place, age);
        }
    }
}
