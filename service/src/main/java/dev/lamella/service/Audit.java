package dev.lamella.service;

import dev.lamella.client.AuditEntry;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import dev.lamella.jobs.AuditLog;
import dev.lamella.oci.Printable;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down who did what, in the database and in the log. Thread-safe. */
final class Audit {

    static final String ACCEPTED = "accepted";

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final int OBJECT_CHARS_MAX = 1000;

    private final AuditLog log;

    Audit(AuditLog log) {
        this.log = log;
    }

    /** Notes that something was done. */
    void accepted(String who, String action, String object) {
        note(who, action, object, ACCEPTED);
    }

    /** Notes what became of something. */
    void note(String who, String action, String object, String outcome) {
        String shown = object.length() > OBJECT_CHARS_MAX ? object.substring(0, OBJECT_CHARS_MAX) : object;
        log.append(who, action, shown, outcome);
        LOG.atInfo()
                .addKeyValue("who", who)
                .addKeyValue("action", action)
                .addKeyValue("object", shown)
                .addKeyValue("outcome", outcome)
                .log("{} {} {}: {}", who, action, Printable.of(shown), Printable.of(outcome));
    }

    Listing<AuditEntry> list(PageRequest page) throws ProblemException {
        Optional<Long> before = Optional.empty();
        if (page.cursor().isPresent()) {
            String key = Cursor.key(page.cursor().get());
            if (!key.matches("[0-9]{1,18}")) {
                throw ProblemException.badRequest("cursor: not one of this list");
            }
            before = Optional.of(Long.parseLong(key));
        }
        List<dev.lamella.jobs.AuditEntry> entries = log.list(before, page.limit());
        Optional<String> next = entries.size() < page.limit()
                ? Optional.empty()
                : Optional.of(Cursor.of(Long.toString(entries.getLast().number())));
        return new Listing<>(entries.stream().map(Views::of).toList(), next);
    }
}
