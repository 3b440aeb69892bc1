package dev.lamella.service;

import dev.lamella.client.Scope;
import dev.lamella.service.ServiceLimits.Rates;
import io.javalin.http.Context;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectableChannelEndPoint;

/**
 * Finds out who asks, and whether he may. In this order: a bearer token, the session of the page, a client's certificate, the unix socket.
 * Whoever gives credentials that are wrong is refused, whatever else would speak for him. Thread-safe.
 */
final class Guard {

    /** The session's cookie. Its name binds it to this host. */
    static final String COOKIE = "lamella-session";

    private static final String BEARER = "bearer ";
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");
    private static final int DNS_NAME = 2;

    private final Tokens tokens;
    private final Sessions sessions;
    private final Map<String, Set<Scope>> certificates;
    private final TokenBuckets callers;
    private final TokenBuckets strangers;

    Guard(Tokens tokens, Sessions sessions, ListenConfig listen, Rates rates) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.certificates = listen.tls().map(ListenConfig.Tls::clients).orElse(Map.of());
        this.callers = new TokenBuckets(rates.caller(), rates.callersMax());
        this.strangers = new TokenBuckets(rates.stranger(), rates.callersMax());
    }

    /**
     * Returns who asks for a route that has a scope.
     *
     * @throws ProblemException if nobody who may, or too often
     */
    Principal require(Context context, Scope scope) throws ProblemException {
        Optional<Principal> found = find(context);
        if (found.isEmpty()) {
            throw unauthenticated(context);
        }
        Principal who = found.get();
        limitCaller(who);
        if (!who.may(scope)) {
            throw new ProblemException(ProblemKind.FORBIDDEN, "%s lacks the scope %s".formatted(who.name(), scope));
        }
        requireSameSite(context);
        return who;
    }

    /** Returns who asks, if he proves who he is. */
    Optional<Principal> find(Context context) throws ProblemException {
        admit(context);
        Optional<String> authorization = Optional.ofNullable(context.header("Authorization"));
        if (authorization.isPresent()) {
            Optional<Principal> who = byToken(authorization.get());
            if (who.isEmpty()) {
                throw unauthenticated(context);
            }
            return who;
        }
        return bySession(context).or(() -> byCertificate(context)).or(() -> bySocket(context));
    }

    /** Returns who asks by other means than a session, which is what a session may be begun with. */
    Optional<Principal> withoutSession(Context context) {
        return byCertificate(context).or(() -> bySocket(context));
    }

    /**
     * Lets nobody in whose address has used up the few tries that strangers have.
     *
     * @throws ProblemException if it has
     */
    void admit(Context context) throws ProblemException {
        requireNoWait(strangers.peek(address(context)));
    }

    /** Takes one of the few tries that strangers have. */
    ProblemException unauthenticated(Context context) {
        return unauthenticated(
                context,
                "expected a valid token in the header Authorization: Bearer SECRET, a client certificate or the unix socket");
    }

    /** Takes one of the few tries that strangers have, and tells what was expected. */
    ProblemException unauthenticated(Context context, String expected) {
        Optional<Duration> wait = strangers.take(address(context));
        return wait.isPresent() ? tooMany(wait.get()) : new ProblemException(ProblemKind.UNAUTHENTICATED, expected);
    }

    /** Takes one of the tries of a caller. */
    void limitCaller(Principal who) throws ProblemException {
        requireNoWait(callers.take(who.name()));
    }

    private static void requireNoWait(Optional<Duration> wait) throws ProblemException {
        if (wait.isPresent()) {
            throw tooMany(wait.get());
        }
    }

    static ProblemException tooMany(Duration wait) {
        long seconds = wait.plusMillis(999).toSeconds();
        return new ProblemException(
                ProblemKind.TOO_MANY_REQUESTS, "come back in %d s".formatted(seconds), Duration.ofSeconds(seconds));
    }

    /** Browsers say where a request comes from: what changes something must not come from another site. */
    private static void requireSameSite(Context context) throws ProblemException {
        String site = Optional.ofNullable(context.header("Sec-Fetch-Site")).orElse("none");
        if (!isSafe(context) && !site.equals("none") && !site.equals("same-origin")) {
            throw new ProblemException(ProblemKind.FORBIDDEN, "a request of another site");
        }
    }

    private static boolean isSafe(Context context) {
        return SAFE_METHODS.contains(context.req().getMethod());
    }

    private Optional<Principal> byToken(String authorization) {
        return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? tokens.find(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    /** A cookie goes with requests that the user did not mean, so by itself it is only good for reading. */
    private Optional<Principal> bySession(Context context) {
        return isSafe(context)
                ? Optional.ofNullable(context.cookie(COOKIE))
                        .flatMap(sessions::find)
                        .flatMap(sessions::principal)
                : Optional.empty();
    }

    private Optional<Principal> byCertificate(Context context) {
        EndPoint.SslSessionData tls = endPoint(context).getSslSessionData();
        if (tls == null || tls.peerCertificates() == null || tls.peerCertificates().length == 0) {
            return Optional.empty();
        }
        for (String name : names(tls.peerCertificates()[0])) {
            if (certificates.containsKey(name)) {
                return Optional.of(Principal.certificate(name, certificates.getOrDefault(name, Set.of())));
            }
        }
        return Optional.empty();
    }

    /** Returns the names in a certificate: its DNS names, and without any its common name. */
    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                return alternatives.stream()
                        .filter(name -> Integer.valueOf(DNS_NAME).equals(name.get(0)))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
            }
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> String.valueOf(part.getValue()))
                            .toList();
        } catch (CertificateParsingException | InvalidNameException _) {
            return List.of();
        }
    }

    private static Optional<Principal> bySocket(Context context) {
        if (!(endPoint(context) instanceof SelectableChannelEndPoint selectable)
                || !(selectable.getChannel() instanceof SocketChannel channel)
                || !channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Principal.local(
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName()));
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }

    private static EndPoint endPoint(Context context) {
        ServletRequest request = context.req();
        return ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
    }

    /** Returns the address of the other side; of a unix socket there is none. */
    static String address(Context context) {
        return Optional.ofNullable(context.req().getRemoteAddr()).orElse("local");
    }
}
