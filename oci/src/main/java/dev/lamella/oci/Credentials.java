package dev.lamella.oci;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What to prove oneself to a registry with. Does not show secrets when printed. */
public sealed interface Credentials {

    /** A name and a password. */
    record Password(String user, String password) implements Credentials {

        /** Returns the value of an Authorization header. */
        String basic() {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return user + ":***";
        }
    }

    /** An OAuth 2 refresh token. */
    record IdentityToken(String token) implements Credentials {

        @Override
        public String toString() {
            return "identity token ***";
        }
    }
}
