package dev.lamella.service;

import dev.lamella.client.Scope;
import dev.lamella.page.Notice;
import dev.lamella.page.Viewer;
import dev.lamella.page.Visit;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Who looks at the page. Signing in with a token begins a session, named by a cookie that scripts cannot read and other sites cannot cause
 * to be sent; whoever shows a certificate, or comes by the socket, gets a session without signing in. Forms must hold the session's own
 * word. Thread-safe.
 */
final class PageSessions {

    private static final String LOGIN_NEXT = "/ui/";

    private final Guard guard;
    private final Sessions sessions;
    private final Tokens tokens;

    PageSessions(Guard guard, Sessions sessions, Tokens tokens) {
        this.guard = guard;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    /**
     * Somebody who has a session.
     *
     * @param who who it is
     * @param session the session
     */
    record Visitor(Principal who, Sessions.Session session) {

        Visit visit(Optional<Notice> notice) {
            var viewer = new Viewer(who.name(), who.may(Scope.SUBMIT), who.may(Scope.ADMIN));
            return new Visit(Optional.of(viewer), session.csrf(), Instant.now(), notice);
        }
    }

    /** Returns who looks, if he has signed in or need not. */
    Optional<Visitor> find(Context context) throws ProblemException {
        Optional<Sessions.Session> session =
                Optional.ofNullable(context.cookie(Guard.COOKIE)).flatMap(sessions::find);
        Optional<Principal> who = session.flatMap(sessions::principal).or(() -> guard.withoutSession(context));
        if (who.isEmpty()) {
            return Optional.empty();
        }
        guard.limitCaller(who.get());
        return Optional.of(new Visitor(who.get(), session.orElseGet(() -> begin(context, Optional.empty()))));
    }

    /** Returns who sent a form. */
    Optional<Visitor> findSender(Context context) throws ProblemException {
        Optional<Visitor> visitor = find(context);
        if (visitor.isPresent()) {
            String sent = Optional.ofNullable(context.formParam("csrf")).orElse("");
            if (!MessageDigest.isEqual(
                    sent.getBytes(StandardCharsets.UTF_8),
                    visitor.get().session().csrf().getBytes(StandardCharsets.UTF_8))) {
                throw new ProblemException(
                        ProblemKind.FORBIDDEN,
                        "the form is not of this session; go back, load the page again, and send it once more");
            }
        }
        return visitor;
    }

    /** Begins a session with a token, or says why not. */
    Optional<String> signIn(Context context, String secret) throws ProblemException {
        String site = Optional.ofNullable(context.header("Sec-Fetch-Site")).orElse("same-origin");
        if (!site.equals("same-origin") && !site.equals("none")) {
            throw new ProblemException(ProblemKind.FORBIDDEN, "a form of another site");
        }
        if (tokens.find(secret).isEmpty()) {
            ProblemException refusal = guard.unauthenticated(context);
            return Optional.of(
                    refusal.kind() == ProblemKind.TOO_MANY_REQUESTS
                            ? "Too many tries; " + refusal.detail() + "."
                            : "This token is not known, or it has ended.");
        }
        Sessions.Session _ = begin(context, Optional.of(Tokens.hash(secret)));
        return Optional.empty();
    }

    void signOut(Context context) {
        Optional.ofNullable(context.cookie(Guard.COOKIE)).ifPresent(sessions::end);
        setCookie(context, "", 0);
    }

    private Sessions.Session begin(Context context, Optional<String> tokenHash) {
        Sessions.Begun begun = sessions.begin(tokenHash);
        long seconds = java.time.Duration.between(Instant.now(), begun.session().ends())
                .toSeconds();
        setCookie(context, begun.name(), seconds);
        return begun.session();
    }

    private static void setCookie(Context context, String value, long seconds) {
        String secure = context.req().isSecure() ? "; Secure" : "";
        context.res()
                .addHeader(
                        "Set-Cookie",
                        "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
                                .formatted(Guard.COOKIE, value, seconds, secure));
    }

    /** Returns a path of the page that may be gone on to after signing in: nothing else, lest a link leads elsewhere by us. */
    static String next(Optional<String> wanted) {
        return wanted.filter(path -> path.matches("/ui/[A-Za-z0-9/:._?=&%-]*")
                        && !path.contains("..")
                        && !path.contains("//")
                        && !path.toLowerCase(Locale.ROOT).startsWith("/ui/login"))
                .orElse(LOGIN_NEXT);
    }
}
