package dev.lamella.cli;

import java.util.Map;

/**
 * One thing that {@code lamella doctor} looked at.
 *
 * @param subject what was looked at
 * @param verdict how it is
 * @param detail what was found
 * @param remedy the command or the edit that mends it; empty if nothing has to be mended
 */
record Check(String subject, Verdict verdict, String detail, String remedy) {

    /** How something is. */
    enum Verdict {
        /** As it should be. */
        OK,
        /** Works, but not as well as it could, or not needed by everybody. */
        WARN,
        /** Does not work. */
        FAIL
    }

    static Check ok(String subject, String detail) {
        return new Check(subject, Verdict.OK, detail, "");
    }

    static Check warn(String subject, String detail, String remedy) {
        return new Check(subject, Verdict.WARN, detail, remedy);
    }

    static Check fail(String subject, String detail, String remedy) {
        return new Check(subject, Verdict.FAIL, detail, remedy);
    }

    Map<String, Object> document() {
        return Json.object("subject", subject, "verdict", verdict, "detail", detail, "remedy", remedy);
    }

    @Override
    public String toString() {
        return "%-4s  %-14s  %s%s".formatted(verdict, subject, detail, remedy.isEmpty() ? "" : "\n      -> " + remedy);
    }
}
