package dev.lamella.webhook;

/** How the sender of a request proves that it is the registry. Does not show secrets when printed. */
public sealed interface WebhookAuthentication {

    /** The ways there are; a product has some of them. */
    enum Way {
        /** See {@link HmacSha256}. */
        SIGNATURE("a signature (HMAC-SHA256)"),
        /** See {@link Bearer}. */
        BEARER("a bearer token"),
        /** See {@link Basic}. */
        BASIC("user and password"),
        /** See {@link SecretHeader}. */
        SECRET_HEADER("a secret header"),
        /** See {@link SecretPath}. */
        SECRET_PATH("a secret path"),
        /** See {@link GoogleOidc}. */
        GOOGLE_OIDC("a Google identity token");

        private final String words;

        Way(String words) {
            this.words = words;
        }

        /** Returns what people call it. */
        public String words() {
            return words;
        }
    }

    /** Returns which way this is. */
    Way way();

    /**
     * A header holds the HMAC-SHA256 of the body, in hexadecimal digits after a prefix. The only way that also proves that the body is
     * what the registry sent.
     *
     * @param header the header's name
     * @param prefix what stands before the digits, such as {@code sha256=}; may be empty
     * @param secret the key
     */
    record HmacSha256(String header, String prefix, Secret secret) implements WebhookAuthentication {

        /** Checks the header's name. */
        public HmacSha256 {
            checkHeaderName(header);
        }

        /**
         * Returns what GitHub sends.
         *
         * @see <a href="https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries">Validating webhook
         *     deliveries</a>
         */
        public static HmacSha256 github(Secret secret) {
            return new HmacSha256("X-Hub-Signature-256", "sha256=", secret);
        }

        @Override
        public Way way() {
            return Way.SIGNATURE;
        }
    }

    /**
     * {@code Authorization: Bearer TOKEN}.
     *
     * @param token the token
     */
    record Bearer(Secret token) implements WebhookAuthentication {
        @Override
        public Way way() {
            return Way.BEARER;
        }
    }

    /**
     * {@code Authorization: Basic ...}.
     *
     * @param user the user, without a colon
     * @param password the password
     */
    record Basic(String user, Secret password) implements WebhookAuthentication {

        /** Checks the user. */
        public Basic {
            if (user.isEmpty() || user.indexOf(':') >= 0) {
                throw new WebhookConfigException("the user of basic authentication is empty or holds a colon");
            }
        }

        @Override
        public Way way() {
            return Way.BASIC;
        }
    }

    /**
     * The whole value of a header is the secret.
     *
     * @param header the header's name, such as {@code Authorization} or {@code X-Gitlab-Token}
     * @param token its value
     */
    record SecretHeader(String header, Secret token) implements WebhookAuthentication {

        /** Checks the header's name. */
        public SecretHeader {
            checkHeaderName(header);
        }

        @Override
        public Way way() {
            return Way.SECRET_HEADER;
        }
    }

    /**
     * The last part of the path is the secret. The weakest way, as proxies write paths into logs; for products that have no other.
     *
     * @param token the secret, of the characters A-Z a-z 0-9 _ and -
     */
    record SecretPath(Secret token) implements WebhookAuthentication {

        /** Checks the characters. */
        public SecretPath {
            if (!token.fitsIntoPath()) {
                throw new WebhookConfigException(
                        "a secret path may hold A-Z a-z 0-9 _ and - only; make one with: openssl rand -hex 32");
            }
        }

        @Override
        public Way way() {
            return Way.SECRET_PATH;
        }
    }

    /**
     * {@code Authorization: Bearer JWT}, an OpenID Connect token that Google signed for a service account.
     *
     * @param audience the token's {@code aud}, as configured in the push subscription
     * @param serviceAccount the e-mail address of the service account that the push subscription uses
     * @param keys Google's keys
     * @see <a href="https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions">Authentication for push subscriptions</a>
     */
    record GoogleOidc(String audience, String serviceAccount, SigningKeys keys) implements WebhookAuthentication {

        /** Checks that both are there: a token for anybody, or of anybody, proves nothing. */
        public GoogleOidc {
            if (audience.isBlank() || serviceAccount.indexOf('@') < 1) {
                throw new WebhookConfigException(
                        "a Google identity token needs the audience and the service account's e-mail address");
            }
        }

        @Override
        public Way way() {
            return Way.GOOGLE_OIDC;
        }
    }

    private static void checkHeaderName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9-]{0,63}")) {
            throw new WebhookConfigException(
                    "%s: not the name of a header; it may hold A-Z a-z 0-9 and - and has at most 64 characters"
                            .formatted(Shown.of(name)));
        }
    }
}
