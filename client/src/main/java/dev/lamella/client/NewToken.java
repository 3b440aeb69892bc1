package dev.lamella.client;

/**
 * A token that was just made: the only time its secret is seen.
 *
 * @param token what was made
 * @param secret what its bearer sends; kept by nobody but him
 */
public record NewToken(TokenView token, String secret) {

    /** Leaves the secret out, so that no log has it. */
    @Override
    public String toString() {
        return "NewToken[token=%s]".formatted(token);
    }
}
