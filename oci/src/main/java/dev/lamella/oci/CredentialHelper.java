package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A program {@code docker-credential-NAME} that knows credentials.
 *
 * @param helper the name
 * @param directory where it is; empty for the search path
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">Protocol of credential helpers</a>
 */
record CredentialHelper(String helper, String directory) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final long SECONDS_MAX = 30;
    private static final int ANSWER_BYTES_MAX = 64 << 10;
    private static final String NOT_FOUND = "credentials not found";
    private static final String TOKEN_USER = "<token>";

    CredentialHelper(String helper) {
        this(helper, "");
    }

    /** Asks the helper; empty if it knows nothing of the registry. */
    Optional<Credentials> get(String registry) throws OciException {
        if (!NAME.matcher(helper).matches()) {
            throw new OciException(
                    Kind.CONFIGURATION, "credential helper \"%s\": not a name".formatted(Printable.of(helper)));
        }
        String program = "docker-credential-" + helper;
        Process process;
        try {
            process = new ProcessBuilder(directory.isEmpty() ? program : directory + "/" + program, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new OciException(
                    Kind.CONFIGURATION, "%s: cannot be run; install it or log in again".formatted(program), e);
        }
        try {
            String answer = ask(process, program, registry);
            if (process.exitValue() == 0) {
                return Optional.of(read(answer, program));
            }
            if (answer.contains(NOT_FOUND)) {
                return Optional.empty();
            }
            throw new OciException(
                    Kind.CONFIGURATION,
                    "%s get: exit code %d for %s: \"%s\""
                            .formatted(program, process.exitValue(), registry, Printable.of(answer.strip())));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String ask(Process process, String program, String registry) throws OciException {
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> converse(process, registry), Thread::startVirtualThread);
        try {
            String text = answer.get(SECONDS_MAX, TimeUnit.SECONDS);
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new TimeoutException();
            }
            return text;
        } catch (TimeoutException _) {
            throw new OciException(Kind.CONFIGURATION, "%s get: no answer within %d s".formatted(program, SECONDS_MAX));
        } catch (ExecutionException e) {
            throw new OciException(Kind.CONFIGURATION, program + " get: " + e.getCause(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new OciException(Kind.CONFIGURATION, program + " get: interrupted");
        }
    }

    private static String converse(Process process, String registry) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(registry.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It may answer without having read.
        }
        try (InputStream out = process.getInputStream()) {
            return new String(out.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Credentials read(String answer, String program) throws OciException {
        OciJson json = OciJson.parse(answer.getBytes(StandardCharsets.UTF_8), program + " get");
        String user = json.optionalText("Username").orElse("");
        String secret = json.optionalText("Secret").orElse("");
        return user.equals(TOKEN_USER) ? new Credentials.IdentityToken(secret) : new Credentials.Password(user, secret);
    }
}
