package dev.lamella.jobs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tokens, as hashes. What a hash is made of, and what a scope means, is for the caller to know. */
public final class TokenStore {

    private static final int TOKENS_MAX = 10_000;
    private static final String SELECT = "select name, hash, scopes, created, expires, last_used from token ";

    private final JobDatabase database;

    /** Of a database. */
    public TokenStore(JobDatabase database) {
        this.database = database;
    }

    /**
     * Adds a token; its {@link TokenRecord#lastUsed()} does not matter.
     *
     * @return whether it was added; not so if the name is taken
     */
    public boolean add(TokenRecord token) {
        Texts.check("token", token.name(), 200);
        Texts.check("hash", token.hash(), 200);
        token.scopes().forEach(scope -> Texts.check("scope", scope, 50));
        return database.transaction(handle ->
                handle.createUpdate("insert into token (name, hash, scopes, created, expires)"
                                        + " select cast(:name as varchar(200)), cast(:hash as varchar(200)),"
                                        + " cast(:scopes as varchar(1000)), cast(:created as bigint), cast(:expires as bigint)"
                                        + " where not exists (select 1 from token where name = :name)")
                                .bind("name", token.name())
                                .bind("hash", token.hash())
                                .bind("scopes", String.join(" ", new TreeSet<>(token.scopes())))
                                .bind("created", token.created().toEpochMilli())
                                .bind("expires", token.expires().map(Instant::toEpochMilli))
                                .execute()
                        == 1);
    }

    /** Returns the token of a hash, expired or not. */
    public Optional<TokenRecord> find(String hash) {
        return database.relaxed(handle -> handle.createQuery(SELECT + "where hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> token(row))
                .findOne());
    }

    /** Notes that a token was used now; costs nothing when that was noted within the last minute. */
    public void used(TokenRecord token) {
        Instant now = Instant.now();
        if (token.lastUsed().isPresent()
                && token.lastUsed().get().plusSeconds(60).isAfter(now)) {
            return;
        }
        database.relaxed(handle -> handle.createUpdate("update token set last_used = :now where hash = :hash")
                .bind("now", now.toEpochMilli())
                .bind("hash", token.hash())
                .execute());
    }

    /** Lists tokens by name, at most ten thousand. */
    public List<TokenRecord> list() {
        return database.relaxed(handle -> handle.createQuery(SELECT + "order by name fetch first :max rows only")
                .bind("max", TOKENS_MAX)
                .map((row, context) -> token(row))
                .list());
    }

    /** Removes a token; returns whether there was one. */
    public boolean revoke(String name) {
        return database.transaction(handle -> handle.execute("delete from token where name = ?", name)) > 0;
    }

    private static TokenRecord token(ResultSet row) throws SQLException {
        return new TokenRecord(
                row.getString("name"),
                row.getString("hash"),
                Set.of(row.getString("scopes").split(" ")),
                Instant.ofEpochMilli(row.getLong("created")),
                instant(row, "expires"),
                instant(row, "last_used"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
